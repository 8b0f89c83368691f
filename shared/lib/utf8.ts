const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of `text`. */
export function toUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * Strict UTF-8; a byte order mark is kept as U+FEFF so that decoding stays reversible.
 * @throws TypeError on malformed input.
 */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
