import { bundlePath } from '#shared/bundle/layout';
import { openZip } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { openBlobRef } from '../store/blob-ref.ts';
import { heldSource } from '../store/held-source.ts';
import type { SealWork } from './seal-work.ts';

/** The TimeStampResp over the journal; `undefined` where the capture was not anchored. */
export async function readAnchorToken({
  bundleFile,
}: Pick<SealWork, 'bundleFile'>): Promise<Uint8Array | undefined> {
  const source = await heldSource(await openBlobRef(bundleFile));
  try {
    const { entries } = await openZip(source);
    const entry = entries.find(({ name }) => name === bundlePath.journalToken);
    return entry === undefined ? undefined : await readEntry(source, entry);
  } finally {
    await source.close();
  }
}
