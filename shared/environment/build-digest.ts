import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';

/** A file of the extension. */
export interface BuildFile {
  /** Below the extension's folder, with `/`. */
  readonly path: string;
  readonly sha256: Sha256;
}

/**
 * Digest of a build: SHA-256 over its files as `sha256sum` writes them, ordered by path (code units), so that
 * `sha256sum $(find * -type f ! -name build.json | LC_ALL=C sort) | sha256sum` gives the same.
 */
export function buildDigest(files: readonly BuildFile[]): Sha256 {
  const lines = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  return sha256Hex(toUtf8(lines.join('')));
}
