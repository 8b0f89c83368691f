/** White space and control characters aside, where a document names its own encoding (HTML standard, prescan). */
const PRESCAN = 1024;
const declared = /charset\s*=\s*["']?\s*([\w-]{2,40})/i;

/** A body as it was recorded. */
export interface RecordedBody {
  readonly bytes: Uint8Array;
  /** Value of the Content-Type header, or the media type alone. */
  readonly contentType: string;
  /** UTF-8 of text that the engine had decoded already. */
  readonly decoded: boolean;
}

/**
 * The body as text: byte order mark, then the header's charset, then the one the document names, then UTF-8; where
 * that is no UTF-8, in each of `fallbacks`, which are the encodings of the documents that may have asked for it.
 * Bytes that are no character become U+FFFD.
 */
export function decodeBody(
  { bytes, contentType, decoded }: RecordedBody,
  fallbacks: readonly string[],
): string[] {
  if (decoded) return [decodeAs('utf-8', bytes) ?? ''];
  const mark = markOf(bytes);
  if (mark !== undefined) return [decodeAs(mark, bytes) ?? ''];
  const named = declared.exec(contentType)?.[1] ?? namedWithin(bytes);
  const text = named === undefined ? undefined : decodeAs(named, bytes);
  if (text !== undefined) return [text];
  const strict = decodeAs('utf-8', bytes, true);
  if (strict !== undefined) return [strict];
  const guesses = [...new Set(fallbacks)].flatMap((label) => decodeAs(label, bytes) ?? []);
  return guesses.length > 0 ? guesses : [decodeAs('utf-8', bytes) ?? ''];
}

/** Encoding a document declares, in its header or within its beginning; undefined when it declares none. */
export function declaredEncoding({ bytes, contentType }: RecordedBody): string | undefined {
  return declared.exec(contentType)?.[1] ?? namedWithin(bytes);
}

function namedWithin(bytes: Uint8Array): string | undefined {
  return declared.exec(decodeAs('latin1', bytes.subarray(0, PRESCAN)) ?? '')?.[1];
}

function markOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined;
}

/** @returns undefined for a label no decoder knows, and with `fatal` for bytes that are not of this encoding */
function decodeAs(label: string, bytes: Uint8Array, fatal = false): string | undefined {
  try {
    return new TextDecoder(label, { fatal }).decode(bytes);
  } catch {
    return undefined;
  }
}
