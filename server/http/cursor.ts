import type { Cursor } from '../store/page.ts';

/** `<time>_<id>`, as `pageQuery` of the API allows. */
export function formatCursor({ at, id }: Cursor): string {
  return `${at}_${id}`;
}

/** Inverse of `formatCursor`, for text that `pageQuery` let through. */
export function parseCursor(text: string): Cursor {
  const at = text.indexOf('_');
  return { at: Number(text.slice(0, at)), id: text.slice(at + 1) };
}
