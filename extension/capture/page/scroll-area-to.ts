/** Where an area stands and how far it has been scrolled; CSS px. */
export interface ScrollAreaView {
  /** Visible part, from the top left of the page. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly scrollWidth: number;
  readonly scrollHeight: number;
  /** Whether all of it lies in the viewport of the page. */
  readonly inViewport: boolean;
  /** Whether its DOM differs from what it was when last asked. */
  readonly changed: boolean;
}

/**
 * Runs inside the page, so it must hold everything it uses. Scrolls an area of `surveyFrame` and waits until it has
 * been drawn and rests: lists that hold only what is visible fill in, pictures that came into view load.
 * @param index of the area. @param left @param top where to; beyond the end means the end
 * @returns why the area cannot be shown, if so
 */
export async function scrollAreaTo(
  index: number,
  left: number,
  top: number,
): Promise<ScrollAreaView | string> {
  const world = globalThis as { scrollAreas?: Element[]; scrollAreaShown?: string };
  const element = world.scrollAreas?.[index];
  if (element === undefined || !element.isConnected) return 'it is no longer on the page';
  let offsetX = window.scrollX;
  let offsetY = window.scrollY;
  for (let view: Window = window; view !== view.parent; view = view.parent) {
    const frame = view.frameElement;
    if (frame === null) return 'it is in a frame of another site';
    const box = frame.getBoundingClientRect();
    const outer = view.parent;
    offsetX += box.left + frame.clientLeft + outer.scrollX - view.scrollX;
    offsetY += box.top + frame.clientTop + outer.scrollY - view.scrollY;
  }
  const drawn = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 100);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  let changedAt: number | undefined;
  const observer = new MutationObserver(() => {
    changedAt = performance.now();
  });
  observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true });
  const start = performance.now();
  element.scrollTo({ left, top, behavior: 'instant' });
  const isRoot = element === document.scrollingElement;
  const box = () => {
    const rect = element.getBoundingClientRect();
    return isRoot ? { x: 0, y: 0 } : { x: rect.left + element.clientLeft, y: rect.top + element.clientTop };
  };
  const loading = () => {
    const { x, y } = box();
    const right = x + element.clientWidth;
    const bottom = y + element.clientHeight;
    return [...element.querySelectorAll('img')].some((image) => {
      if (image.complete) return false;
      const rect = image.getBoundingClientRect();
      return rect.bottom > y && rect.top < bottom && rect.right > x && rect.left < right;
    });
  };
  await drawn();
  await drawn();
  // A list that fills in late on a busy machine does so within this time; one that changes is waited for until it rests.
  while (changedAt === undefined && performance.now() - start < 200) await drawn();
  while (performance.now() - (changedAt ?? 0) < 40 && performance.now() - start < 800) await drawn();
  while (loading() && performance.now() - start < 1000) await drawn();
  observer.disconnect();
  const { x, y } = box();
  const page = { x: x + offsetX, y: y + offsetY };
  const shown = element.outerHTML;
  const changed = world.scrollAreaShown !== shown;
  world.scrollAreaShown = shown;
  const { clientWidth: width, clientHeight: height } = element;
  return {
    ...page,
    width,
    height,
    left: element.scrollLeft,
    top: element.scrollTop,
    scrollWidth: element.scrollWidth,
    scrollHeight: element.scrollHeight,
    inViewport:
      window === window.top && x >= 0 && y >= 0 && x + width <= innerWidth && y + height <= innerHeight,
    changed,
  };
}
