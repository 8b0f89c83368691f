import JSZip from 'jszip';
import { assembleBundle, type BundleEntry } from '#shared/bundle/assemble-bundle';
import { parseCaptureRecord } from '#shared/bundle/capture-record-json';
import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { packageId } from '#shared/seal/package-id';
import { browserPorts } from '../host/browser-ports.ts';
import { appendJournal } from '../store/append-journal.ts';
import { bundleFileName } from '../store/bundle-file-name.ts';
import { ensureDevice, signWithDevice } from '../store/ensure-device.ts';
import { blobKey, bytesOf, readBlob } from '../store/put-artefact.ts';
import { requireRoom } from '../store/require-room.ts';
import type { ArtefactRow, BlobRow, CaptureRow } from '../store/rows.ts';
import { enterStep, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { digestBlob } from './digest-blob.ts';
import { type PackedFile, packLarge } from './pack-large.ts';
import { PipelineError } from './pipeline-error.ts';

/** JSZip peaks at 3.6 × the bundle in Chromium (measured); larger ones are laid out around the stored files. */
const LIMITS = { jszipBytes: 200 * 10 ** 6, files: 60_000 } as const;
const MEDIA_TYPE = 'application/wacz';

/**
 * Packs one WACZ file, signed by the device, and stores it: bytes, hash and journal entry in one transaction.
 * @param limits up to how many bytes JSZip packs it, and how many files a bundle holds at most.
 * @throws PipelineError BUNDLE_TOO_LARGE for more files than that; StoreError QUOTA_EXCEEDED; what was captured stays stored
 */
export async function buildBundle(
  context: FinishingContext,
  capture: CaptureRow,
  limits: { readonly jszipBytes: number; readonly files: number } = LIMITS,
): Promise<undefined> {
  const { database, clock } = context;
  const { id } = capture;
  await enterStep(database, clock, id, 'bundle');
  const artefacts = await database.artefacts.where({ capture: id }).sortBy('createdAt');
  if (artefacts.length > limits.files)
    throw new PipelineError('BUNDLE_TOO_LARGE', `${artefacts.length} files`, { entry: id });
  const entries = await bundleEntries(context, capture, artefacts);
  const small = artefacts.reduce((sum, { bytes }) => sum + bytes, 0) <= limits.jszipBytes;
  const content = small
    ? { blob: await packEntries(context, id, entries) }
    : await layOut(context, id, entries, artefacts);
  const blob = await bytesOf(database, { capture: id, ...content });
  const { sha256 } = await digestBlob(blob);
  const bundle = { sha256, bytes: blob.size };
  const { blobs, captures, jobs, journal } = database;
  await requireRoom(content.blob.size);
  await database.transaction('rw', [blobs, captures, jobs, journal], async () => {
    await blobs.put({ key: blobKey(id, bundleFileName(id)), capture: id, ...content });
    await updateCapture(database, clock, id, { state: 'bundled', bundle, packageId: packageId(sha256) });
    await appendJournal(database, clock, 'bundle-built', { capture: id, ...bundle });
  });
}

async function bundleEntries(
  { database, clock }: FinishingContext,
  { id, anchored, anchorProof = true, takenWith }: CaptureRow,
  artefacts: readonly ArtefactRow[],
): Promise<BundleEntry[]> {
  const device = await ensureDevice(database);
  const bytesAt = async (path: string) =>
    new Uint8Array(await (await readBlob(database, id, path)).arrayBuffer());
  const textAt = async (path: string) => (await readBlob(database, id, path)).text();
  const anchor = anchored
    ? {
        token: await bytesAt(bundlePath.journalToken),
        ...(anchorProof ? { proof: await textAt(bundlePath.journalProof) } : {}),
      }
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

/** A bundle of any size: only what lies between the stored files is new. */
async function layOut(
  { database }: FinishingContext,
  id: string,
  entries: readonly BundleEntry[],
  artefacts: readonly ArtefactRow[],
): Promise<Pick<BlobRow, 'blob'> & Required<Pick<BlobRow, 'parts'>>> {
  const checksums = new Map(artefacts.map(({ path, crc32 }) => [path, crc32]));
  const files: PackedFile[] = [];
  for (const entry of entries) {
    const { path } = entry;
    if ('bytes' in entry) {
      const { bytes } = entry;
      files.push({ path, bytes, size: bytes.length, crc32: browserPorts.crc32(bytes) });
    } else {
      const known = checksums.get(path);
      const crc32 = known ?? (await digestBlob(await readBlob(database, id, path))).crc32;
      files.push({ path, stored: path, size: entry.artefact.bytes, crc32 });
    }
  }
  const { frame, parts } = packLarge(files);
  return { blob: new Blob([frame], { type: MEDIA_TYPE }), parts };
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
    mimeType: MEDIA_TYPE,
    compression: 'STORE',
    streamFiles: false,
  });
}
