import type { ByteSource } from '#shared/lib/port';
import { LARGE_RANGE } from '#shared/lib/range-digest';
import { openZip, type ZipEntry } from '#shared/lib/zip/open-zip';
import { entrySource } from '#shared/lib/zip/read-entry';

/**
 * Begins to hash the bundle, and every large file in it, before any check asks for it, where the source does that
 * beside us: outer and inner pass then run side by side. Nothing is judged here; whatever is wrong with the bundle is
 * found, in their order, by the checks.
 * @param source remembers its digests.
 */
export async function beginDigests(source: ByteSource, bundle: ZipEntry): Promise<void> {
  if (source.digest === undefined || bundle.size < LARGE_RANGE) return;
  begin(source, bundle);
  const inner = entrySource(source, bundle);
  const archive = await openZip(inner).catch(() => undefined);
  for (const entry of archive?.entries ?? []) if (entry.size >= LARGE_RANGE) begin(inner, entry);
}

function begin(source: ByteSource, { offset, size }: ZipEntry): void {
  // A failure comes again where the digest is asked for.
  void source.digest?.(offset, size).catch(() => undefined);
}
