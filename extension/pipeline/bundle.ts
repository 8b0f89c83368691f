import JSZip from 'jszip';
import { assembleBundle, type BundleEntry } from '#shared/bundle/assemble-bundle';
import { parseCaptureRecord } from '#shared/bundle/capture-record-json';
import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { packageId } from '#shared/seal/package-id';
import { browserPorts } from '../host/browser-ports.ts';
import { appendJournal } from '../store/append-journal.ts';
import { ensureDevice, signWithDevice } from '../store/ensure-device.ts';
import { blobKey, readBlob } from '../store/put-artefact.ts';
import type { CaptureRow } from '../store/rows.ts';
import { enterStep, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { hashBlob } from './hash-blob.ts';
import { PipelineError } from './pipeline-error.ts';

/** JSZip peaks at 3.6 × the bundle in Chromium and miscounts above 65,535 entries (measured): refuse before that. */
export const BUNDLE_BYTES = 200 * 10 ** 6;
const BUNDLE_ENTRIES = 60_000;

/** Where the finished bundle lies in `blobs`. */
export function bundleFileName(capture: string): string {
  return `${capture}.wacz`;
}

/**
 * Packs one WACZ file, signed by the device, and stores it: bytes, hash and journal entry in one transaction.
 * @throws PipelineError BUNDLE_TOO_LARGE; what was captured stays stored
 */
export async function buildBundle(context: FinishingContext, capture: CaptureRow): Promise<undefined> {
  const { database, clock } = context;
  const { id } = capture;
  await enterStep(database, clock, id, 'bundle');
  const entries = await bundleEntries(context, capture);
  const blob = await packEntries(context, id, entries);
  const sha256 = toHex(await hashBlob(blob)) as Sha256;
  const bundle = { sha256, bytes: blob.size };
  const { blobs, captures, jobs, journal } = database;
  await database.transaction('rw', [blobs, captures, jobs, journal], async () => {
    await blobs.put({ key: blobKey(id, bundleFileName(id)), capture: id, blob });
    await updateCapture(database, clock, id, { state: 'bundled', bundle, packageId: packageId(sha256) });
    await appendJournal(database, clock, 'bundle-built', { capture: id, ...bundle });
  });
}

async function bundleEntries(
  { database, clock }: FinishingContext,
  { id, anchored, takenWith }: CaptureRow,
): Promise<BundleEntry[]> {
  const device = await ensureDevice(database);
  const artefacts = await database.artefacts.where({ capture: id }).sortBy('createdAt');
  refuseTooLarge(artefacts);
  const bytesAt = async (path: string) =>
    new Uint8Array(await (await readBlob(database, id, path)).arrayBuffer());
  const textAt = async (path: string) => (await readBlob(database, id, path)).text();
  const anchor = anchored
    ? { token: await bytesAt(bundlePath.journalToken), proof: await textAt(bundlePath.journalProof) }
    : {};
  const indexed = artefacts.some(({ path }) => path === bundlePath.cdx);
  return await assembleBundle(
    {
      record: parseCaptureRecord(await bytesAt(bundlePath.captureRecord)),
      artefacts: artefacts.map(({ path, mediaType, bytes, sha256 }) => ({ path, mediaType, bytes, sha256 })),
      journal: await textAt(bundlePath.journal),
      ...anchor,
      ...(indexed ? { cdx: await bytesAt(bundlePath.cdx) } : {}),
      software: `tiezheng ${takenWith.extensionVersion}`,
      createdAt: clock.now(),
      publicKey: fromBase64(device.publicKey),
    },
    { gunzip: browserPorts.gunzip, sign: (data) => signWithDevice(device, new Uint8Array(data)) },
  );
}

function refuseTooLarge(artefacts: readonly { readonly bytes: number }[]): void {
  const bytes = artefacts.reduce((sum, artefact) => sum + artefact.bytes, 0);
  if (bytes <= BUNDLE_BYTES && artefacts.length <= BUNDLE_ENTRIES) return;
  throw new PipelineError('BUNDLE_TOO_LARGE', `${artefacts.length} files, ${bytes} bytes`, {
    entry: String(bytes),
  });
}

/** STORED, sizes in the local headers (`streamFiles` off), no folder entries: readers that stream need it so. */
async function packEntries(
  { database, clock }: FinishingContext,
  id: string,
  entries: readonly BundleEntry[],
): Promise<Blob> {
  const zip = new JSZip();
  const date = new Date(clock.now());
  for (const entry of entries) {
    const bytes =
      'bytes' in entry
        ? entry.bytes
        : new Uint8Array(await (await readBlob(database, id, entry.path)).arrayBuffer());
    zip.file(entry.path, bytes, { binary: true, compression: 'STORE', createFolders: false, date });
  }
  return await zip.generateAsync({
    type: 'blob',
    mimeType: 'application/wacz',
    compression: 'STORE',
    streamFiles: false,
  });
}
