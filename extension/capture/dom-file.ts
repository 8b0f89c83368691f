/**
 * A serialised document as a file. It begins with a byte order mark, because a `meta charset` inside may name another
 * encoding and the mark overrides it (HTML standard, encoding sniffing); what follows is the document, unaltered.
 */
export function domFile(html: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`\uFEFF${html}`);
}
