import type { ByteSource } from '#shared/lib/port';
import { fromUtf8 } from '#shared/lib/utf8';
import { entrySource } from '#shared/lib/zip/read-entry';
import { cdxLine, cdxSecondaryIndex, cdxText, INDEX_LIMIT } from '#shared/warc/cdx';
import { readWarc, type VerifiedRecord } from '#shared/warc/read-warc';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, readFile } from './bundle-verification.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

/** Every WARC record holds to its digests and lengths, and the indexes are exactly those the records give. */
export async function checkWarc(verification: BundleVerification): Promise<void> {
  const entry = established(verification, 'entries').get(bundlePath.warc);
  const lines =
    entry === undefined
      ? []
      : await inFile(bundlePath.warc, () =>
          indexLines(verification, entrySource(verification.source, entry)),
        );
  if (entry === undefined) verification.defects.push('no-warc');
  await checkIndex(verification, cdxText(lines));
}

async function indexLines({ ports }: BundleVerification, warc: ByteSource): Promise<string[]> {
  const lines: string[] = [];
  let before: VerifiedRecord | undefined;
  for await (const record of readWarc(warc, ports)) {
    const concurrent = record.concurrentTo === before?.id ? before : undefined;
    const line = cdxLine(record, concurrent);
    if (line !== undefined) lines.push(line);
    before = record;
  }
  return lines;
}

async function checkIndex(verification: BundleVerification, expected: string): Promise<void> {
  const cdx = await readFile(verification, bundlePath.cdx);
  const idx = await readFile(verification, bundlePath.idx);
  if (cdx === undefined) verification.defects.push('no-index');
  else {
    const text = await inFile(
      bundlePath.cdx,
      async () => fromUtf8(await verification.ports.gunzip(cdx, INDEX_LIMIT)),
      'FILE_MALFORMED',
    );
    if (text !== expected)
      throw new BundleError('INDEX_MISMATCH', 'not the index of the WARC', { entry: bundlePath.cdx });
  }
  const secondary = cdx === undefined ? undefined : cdxSecondaryIndex(cdx, expected);
  const found =
    idx === undefined ? undefined : await inFile(bundlePath.idx, () => fromUtf8(idx), 'FILE_MALFORMED');
  if (found !== secondary)
    throw new BundleError('DERIVED_MISMATCH', 'does not follow from the index', { entry: bundlePath.idx });
}
