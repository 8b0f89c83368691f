import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import type { ByteSource } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import type { ZipEntry } from '#shared/lib/zip/open-zip';
import { entrySource, readEntry } from '#shared/lib/zip/read-entry';
import { ASICS_MEDIA_TYPE, archivePath, parseArchiveOrder } from '#shared/seal/archive-layout';

/** A sealed package in its wrapper of renewed time-stamps (ASiC-S). */
export interface Archive {
  readonly source: ByteSource;
  readonly entries: readonly ZipEntry[];
  /** `undefined` when the members are not exactly those of an archive. */
  readonly layout: { readonly packageId: string; readonly renewals: number } | undefined;
  /** The wrapped package as a source of its own; empty when there is none. */
  readonly package: ByteSource;
}

const nothing: ByteSource = {
  size: 0,
  async read(offset, length) {
    if (offset === 0 && length === 0) return new Uint8Array();
    throw new RangeError('the archive holds no package');
  },
};

/**
 * Opens an archive; `undefined` when the source is none, whatever else it is. Reads headers and the media type only.
 * @throws what the source throws when it cannot be read.
 */
export async function openArchive(source: ByteSource): Promise<Archive | undefined> {
  try {
    const { entries } = await openCanonicalZip(source);
    const [first] = entries;
    const mediaType = toUtf8(ASICS_MEDIA_TYPE);
    if (first?.name !== archivePath.mimetype || first.size !== mediaType.length) return undefined;
    if (!equalBytes(await readEntry(source, first), mediaType)) return undefined;
    const inner = entries.find(({ name }) => name.endsWith('.asice'));
    return {
      source,
      entries,
      layout: parseArchiveOrder(entries.map(({ name }) => name)),
      package: inner === undefined ? nothing : entrySource(source, inner),
    };
  } catch (error) {
    // Any fault of the container is reported by the checks, which read it again.
    if (error instanceof CodedError || error instanceof RangeError) return undefined;
    throw error;
  }
}
