import { concatBytes } from '#shared/lib/concat-bytes';
import { canonicalZip } from '#shared/lib/zip/canonical-zip';
import type { BundlePart } from '../store/rows.ts';

/** One file of a bundle: bytes made at bundling, or a stored file. */
export type PackedFile = { readonly path: string; readonly size: number; readonly crc32: number } & (
  | { readonly bytes: Uint8Array }
  | { readonly stored: string }
);

/** A bundle of any size without a copy of what is stored already. */
export interface LargeBundle {
  /** All bytes that are not in a stored file: headers, files made at bundling, directory. */
  readonly frame: Uint8Array<ArrayBuffer>;
  /** Pieces of the frame and whole stored files, in the order of the bundle. */
  readonly parts: readonly BundlePart[];
  readonly size: number;
}

/**
 * Lays out an archive of STORED entries (zip64 where needed) around stored files. JSZip would copy them several times
 * over, and writes broken archives beyond 4 GiB (measured).
 * @throws ZipError TOO_MANY_ENTRIES, NAME_…
 */
export function packLarge(files: readonly PackedFile[]): LargeBundle {
  const { localHeaders, trailer, size } = canonicalZip(
    files.map(({ path, ...entry }) => ({ name: path, ...entry })),
  );
  const frame: Uint8Array[] = [];
  const parts: BundlePart[] = [];
  let from = 0;
  let to = 0;
  const add = (bytes: Uint8Array) => {
    frame.push(bytes);
    to += bytes.length;
  };
  const cut = () => {
    if (to > from) parts.push({ from, to });
    from = to;
  };
  for (const [index, file] of files.entries()) {
    add(localHeaders[index] ?? new Uint8Array());
    if ('bytes' in file) add(file.bytes);
    else {
      cut();
      parts.push({ path: file.stored });
    }
  }
  add(trailer);
  cut();
  return { frame: joined(frame), parts, size };
}

/** As `concatBytes`, for more pieces than a call may have arguments. */
function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const groups: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < pieces.length; at += 1000) groups.push(concatBytes(...pieces.slice(at, at + 1000)));
  return concatBytes(...groups);
}
