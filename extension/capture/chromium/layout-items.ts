import type { LayoutItem } from '../layout-differs.ts';
import type { LayoutSnapshot } from './layout-snapshot.ts';

/**
 * Text and images of the main document with their boxes. The protocol gives boxes in physical px on some versions and
 * in CSS px on others; `pageHeight` (CSS px) tells which.
 */
export function layoutItems({ documents, strings }: LayoutSnapshot, pageHeight: number): LayoutItem[] {
  const main = documents[0];
  if (main === undefined) return [];
  const sources = new Map(
    (main.nodes.currentSourceURL?.index ?? []).map((node, at) => [
      node,
      strings[main.nodes.currentSourceURL?.value[at] ?? -1] ?? '',
    ]),
  );
  const factor = main.contentHeight && pageHeight > 0 ? main.contentHeight / pageHeight : 1;
  return main.layout.nodeIndex.flatMap((node, at) => {
    const [x = 0, y = 0, width = 0, height = 0] = (main.layout.bounds[at] ?? []).map((px) => px / factor);
    const what = strings[main.layout.text[at] ?? -1] ?? sources.get(node) ?? '';
    return what.trim() === '' ? [] : [{ x, y, width, height, what }];
  });
}
