import type { RegionChoice } from '#shared/artefact/choice';

/** Where a region lies on the page, CSS px, and the text in it. */
export interface LocatedRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** Of the viewport, on the page. */
  readonly view: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/**
 * Runs in the page: finds a chosen region again.
 * @param anew whether the document is another one than that it was chosen in: a rectangle is then looked for by its
 * element
 * @returns null when its element is not there or takes no room
 */
export function locateRegion(choice: RegionChoice, anew: boolean, limit: number): LocatedRegion | null {
  const element = document.querySelector(choice.path);
  if (element === null) return null;
  const own = element.getBoundingClientRect();
  const { scrollX, scrollY } = window;
  const area =
    choice.by === 'element'
      ? { x: own.x + scrollX, y: own.y + scrollY, width: own.width, height: own.height }
      : {
          x: anew ? own.x + scrollX + choice.dx : choice.x,
          y: anew ? own.y + scrollY + choice.dy : choice.y,
          width: choice.width,
          height: choice.height,
        };
  if (area.width < 1 || area.height < 1) return null;
  const textInside = () => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body ?? document.documentElement, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const words = node.nodeValue?.trim() ?? '';
      if (words === '' || /^(?:script|style|noscript|template)$/.test(node.parentElement?.localName ?? ''))
        continue;
      range.selectNodeContents(node);
      const meets = [...range.getClientRects()].some(
        ({ left, top, right, bottom }) =>
          right + scrollX > area.x &&
          left + scrollX < area.x + area.width &&
          bottom + scrollY > area.y &&
          top + scrollY < area.y + area.height,
      );
      if (meets) found.push(words);
    }
    return found.join('\n');
  };
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  return { ...area, text: textInside().slice(0, limit), view: { x: scrollX, y: scrollY, width, height } };
}
