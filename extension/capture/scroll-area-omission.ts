import type { NotCaptured, NotCapturedReason } from '#shared/artefact/not-captured';
import type { ScrollArea } from './page/survey-frame.ts';

/** How much of an area was pictured, from its beginning; CSS px. */
export interface ScrollAreaCover {
  readonly width: number;
  readonly height: number;
  /** Size of all its content, as it was when last looked at. */
  readonly scrollWidth: number;
  readonly scrollHeight: number;
}

/** The ledger's entry for what stays hidden of an area that scrolls. @param url of its frame */
export function scrollAreaOmission(
  area: ScrollArea,
  url: string,
  reason: NotCapturedReason,
  why: string,
  cover: ScrollAreaCover = uncovered(area),
): NotCaptured {
  const below = Math.max(0, Math.ceil(cover.scrollHeight - cover.height));
  const right = Math.max(0, Math.ceil(cover.scrollWidth - cover.width));
  const detail = `${area.element}: pictured ${Math.floor(cover.width)} × ${Math.floor(cover.height)} px; hidden ${below} px of height, ${right} px of width; ${why}`;
  return {
    what: 'scroll-area',
    reason,
    url: url.slice(0, 20_000),
    detail: detail.slice(0, 2000).toWellFormed(),
  };
}

/** What the page's own picture shows of it. */
function uncovered({ width, height, hiddenRight, hiddenBelow }: ScrollArea): ScrollAreaCover {
  return { width, height, scrollWidth: width + hiddenRight, scrollHeight: height + hiddenBelow };
}
