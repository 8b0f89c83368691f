/**
 * Runs inside the page, so it must hold everything it uses. Prepares stepping through an area of `surveyFrame`:
 * remembers every scroll position, brings the area into view, and looks whether anything of it can be seen.
 * @param index of the area
 * @returns why the area cannot be shown, or ''
 */
export function enterScrollArea(index: number): string {
  const world = globalThis as {
    scrollAreas?: Element[];
    scrollAreaShown?: string;
    scrollPositions?: (readonly [Element, number, number])[];
  };
  const element = world.scrollAreas?.[index];
  if (element === undefined || !element.isConnected) return 'it is no longer on the page';
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return 'it is invisible';
  const positions: (readonly [Element, number, number])[] = [];
  const parentOf = (node: Element): Element | null => {
    if (node.parentElement !== null) return node.parentElement;
    const root = node.getRootNode();
    if (root instanceof ShadowRoot) return root.host;
    return node.ownerDocument.defaultView?.frameElement ?? null;
  };
  for (let at: Element | null = element; at !== null; at = parentOf(at))
    positions.push([at, at.scrollLeft, at.scrollTop]);
  world.scrollPositions = positions;
  world.scrollAreaShown = element.outerHTML;
  const isRoot = element === document.scrollingElement;
  const rect = element.getBoundingClientRect();
  const left = isRoot ? 0 : rect.left + element.clientLeft;
  const top = isRoot ? 0 : rect.top + element.clientTop;
  const { clientWidth: width, clientHeight: height } = element;
  const inside = left >= 0 && top >= 0 && left + width <= innerWidth && top + height <= innerHeight;
  if (isRoot) window.frameElement?.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  else {
    // An area that another one clips is brought into view there, even where its box lies in the viewport.
    const align = inside ? 'nearest' : 'center';
    element.scrollIntoView({ block: align, inline: align, behavior: 'instant' });
  }
  if (isRoot) return '';
  const now = element.getBoundingClientRect();
  const root = element.getRootNode() as Document | ShadowRoot;
  const parts = [0.1, 0.5, 0.9];
  const seen = parts.some((across) =>
    parts.some((down) => {
      const x = now.left + element.clientLeft + width * across;
      const y = now.top + element.clientTop + height * down;
      const hit = root.elementFromPoint(x, y);
      return hit !== null && element.contains(hit);
    }),
  );
  return seen ? '' : 'it is covered, or lies outside the page';
}
