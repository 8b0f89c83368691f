import { isSha256, type Sha256 } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { isMemberPath } from './package-member.ts';
import { SealFormatError } from './seal-format-error.ts';

/** Path inside the package → SHA-256 of the file. */
export type HashManifest = ReadonlyMap<string, Sha256>;

/**
 * The text `sha256sum` writes and reads, BagIt's manifest form (RFC 8493 §2.1.3): a line
 * `<64 hex>  <path>` per file, LF, sorted by code units of the path.
 * @throws SealFormatError `PATH_NOT_ALLOWED`.
 */
export function buildHashManifest(files: HashManifest): Uint8Array<ArrayBuffer> {
  const paths = [...files.keys()].sort();
  const bad = paths.find((path) => !isMemberPath(path));
  if (bad !== undefined)
    throw new SealFormatError('PATH_NOT_ALLOWED', `"${bad}" cannot be listed in a manifest`, { entry: bad });
  return toUtf8(paths.map((path) => `${files.get(path)}  ${path}\n`).join(''));
}

/**
 * Strict inverse of `buildHashManifest`.
 * @param entry name of the file, for the error.
 * @throws SealFormatError `MANIFEST_MALFORMED` for any byte `buildHashManifest` would not write.
 */
export function parseHashManifest(bytes: Uint8Array, entry: string): HashManifest {
  const malformed = (why: string, cause?: unknown) =>
    new SealFormatError('MANIFEST_MALFORMED', `${entry}: ${why}`, { entry, cause });
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    throw malformed('not UTF-8', cause);
  }
  if (text !== '' && !text.endsWith('\n')) throw malformed('last line has no line feed');
  const files = new Map<string, Sha256>();
  let before = '';
  for (const line of text.split('\n').slice(0, -1)) {
    const digest = line.slice(0, 64);
    const path = line.slice(66);
    if (!isSha256(digest) || line.slice(64, 66) !== '  ' || !isMemberPath(path))
      throw malformed('a line is not "<sha256>  <path>"');
    if (path <= before) throw malformed(`"${path}" is out of order or listed twice`);
    files.set(path, digest);
    before = path;
  }
  return files;
}
