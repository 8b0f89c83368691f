import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePath } from '#shared/bundle/layout';
import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import { CodedError } from '#shared/lib/errors';
import type { ByteSource } from '#shared/lib/port';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { openZip } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import type { Receipt } from '#shared/seal/receipt';
import type { SecondLookFile } from '#shared/witness/second-look-file';
import { syncFolder } from '../store/durable-file.ts';
import { EncryptionError } from '../store/encryption-error.ts';
import type { PackageBlobs } from '../store/evidence-blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';
import type { Package } from '../store/packages.ts';
import { StoreError } from '../store/store-error.ts';
import { numberingOf } from './account-for-numbers.ts';
import type { IntakeContext } from './intake-context.ts';
import { isReceiptOfNow, issueReceipt } from './issue-receipt.ts';
import { type JournalProof, judgeBundle, refusalOf } from './judge-bundle.ts';
import { publishPackage } from './publish-package.ts';
import { removePlainUpload, removeUpload } from './remove-upload.ts';
import type { Sealer, SealInput } from './seal-input.ts';
import { sequenceOf } from './sequence-of.ts';
import { setRefusedAside } from './set-refused-aside.ts';

/**
 * Takes a received package to its end: judged, receipt signed and logged, then refused and kept aside, or sealed and
 * published. Each step is durable before the next and is skipped when a killed process had done it, so this one
 * function is also the recovery. On return the package is `refused` or `sealed`.
 * @throws whatever keeps it from going on (disk, log, time-stamp authority, a fault of ours); call it again later.
 */
export async function processPackage(context: IntakeContext, seal: Sealer, id: string): Promise<void> {
  const row = await load(context, id);
  if (row.state !== 'sealed' && row.state !== 'refused') {
    const kept = await context.evidence.of(row.id);
    // Left by a crash after its encryption.
    if (kept.key !== undefined) await removePlainUpload(context.folders.incoming, row.upload);
    const source = await kept.blobs.open(evidenceName.bundle(row.upload));
    try {
      await advance({ ...context, kept }, seal, row, source);
    } finally {
      await source.close();
    }
  }
  await clean(context, row);
}

async function load({ store }: IntakeContext, id: string): Promise<Package> {
  const row = await store.packages.get(id);
  if (row === undefined) throw new TypeError(`job without a package: ${id}`);
  return row;
}

/** With the files of the package in hand. */
type PackageContext = IntakeContext & { readonly kept: PackageBlobs };

async function advance(
  context: PackageContext,
  seal: Sealer,
  received: Package,
  source: ByteSource,
): Promise<void> {
  // Before the first write: what is begun here writes the bundle once more.
  await context.space.require('seal', received.bytes);
  if (received.state === 'waiting')
    await context.store.packages.setState(
      received.id,
      received.verdict === 'accepted' && received.receipt !== null ? 'sealing' : 'verifying',
    );
  const bundle = received.verdict === 'refused' ? undefined : await judge(context, received, source);
  await ensureReceipt(context, await load(context, received.id));
  const row = await load(context, received.id);
  if (row.verdict === 'refused' || bundle === undefined) {
    await setRefusedAside(context.kept.blobs, row);
    await context.store.packages.setState(row.id, 'refused');
    return;
  }
  await sealAndPublish(context, seal, row, bundle);
}

/** Verifies the bundle and records the verdict once; the bundle when it is accepted. */
async function judge(
  context: PackageContext,
  row: Package,
  source: ByteSource,
): Promise<VerifiedBundle | undefined> {
  const { store } = context;
  let bundle: VerifiedBundle | undefined;
  try {
    bundle = await context.tasks.verifyBundle(context.kept.refOf(evidenceName.bundle(row.upload)));
    if (bundle.sha256 !== row.sha256) throw new TypeError(`the bytes of ${row.id} changed on disk`);
    if (row.verdict === 'accepted') return bundle;
    const acceptance = await judgeBundle(context, row.id, bundle, await journalProof(source));
    const conflict = await store.verdicts.accept(acceptance);
    if (conflict !== undefined) throw refusalOf(conflict);
    return bundle;
  } catch (error) {
    if (!isRefusal(error) || row.verdict === 'accepted') throw error;
    await refuse(context, row.id, error, bundle);
    return undefined;
  }
}

/** A fault of the disk, or of what is written there, is not a fault of the bundle. */
function isRefusal(error: unknown): error is CodedError {
  return error instanceof CodedError && !(error instanceof StoreError || error instanceof EncryptionError);
}

async function refuse(
  { store, now }: IntakeContext,
  id: string,
  error: CodedError,
  bundle: VerifiedBundle | undefined,
): Promise<void> {
  const record = bundle?.record;
  if (record !== undefined && (error.code === 'SEQUENCE_FORK' || error.code === 'JOURNAL_FORK'))
    await store.devices.fork(record.device.id, `${error.code}: ${error.message}`, now().getTime());
  await store.verdicts.refuse({
    package: id,
    ...(record === undefined ? {} : { capture: record.id }),
    code: error.code,
    entry: error.entry ?? null,
    message: error.message,
    defects: bundle?.defects ?? [],
  });
}

async function journalProof(source: ByteSource): Promise<JournalProof> {
  const archive = await openZip(source);
  const bytesOf = async (name: string) => {
    const entry = archive.entries.find((candidate) => candidate.name === name);
    return entry === undefined ? undefined : readEntry(source, entry);
  };
  const journal = await bytesOf(bundlePath.journal);
  if (journal === undefined) throw new TypeError('a verified bundle has no journal');
  return {
    digest: sha256Hex(journal),
    token: await bytesOf(bundlePath.journalToken),
    proof: await bytesOf(bundlePath.journalProof),
  };
}

async function ensureReceipt(context: IntakeContext, row: Package): Promise<void> {
  if (row.receipt !== null && (await isReceiptOfNow(context, JSON.parse(row.receipt) as Receipt))) return;
  const accepted = row.verdict === 'accepted';
  const receipt = await issueReceipt(context, {
    version: 1,
    package: row.id,
    capture: row.capture,
    bundle: { sha256: row.sha256 as Sha256, bytes: row.bytes },
    verdict: accepted ? 'accepted' : 'refused',
    refusal: accepted ? null : { code: row.refusalCode ?? 'UNKNOWN', entry: row.refusalEntry },
    receivedAt: new Date(row.receivedAt).toISOString(),
    defects: JSON.parse(row.defects) as string[],
  });
  await context.store.packages.setReceipt(
    row.id,
    JSON.stringify(receipt),
    accepted ? 'sealing' : 'verifying',
  );
}

async function sealAndPublish(
  context: PackageContext,
  seal: Sealer,
  row: Package,
  bundle: VerifiedBundle,
): Promise<void> {
  const { store, folders, kept } = context;
  const { receipt } = row;
  if (receipt === null) throw new TypeError('an accepted package has no receipt');
  const folder = join(folders.work, row.id);
  await mkdir(folder, { recursive: true });
  await syncFolder(folders.work);
  const sealed = await seal({
    packageId: row.id,
    folder,
    blobKey: kept.key,
    bundleFile: kept.refOf(evidenceName.bundle(row.upload)),
    bundle,
    receipt: JSON.parse(receipt) as Receipt,
    previousSeal: await store.packages.fixPreviousSeal(row.id, bundle.record.case?.id ?? row.device),
    secondLooks: (await store.secondLooks.fixForSeal(row.id)).map(
      ({ record }) => JSON.parse(record) as SecondLookFile,
    ),
    openChallenges: await openChallenges(context, row, bundle),
    carriedUnused: await store.carriedChallenges.countUnused(row.device),
    numbering: await numberingOf(context, row.device, sequenceOf(bundle.record.id)),
    onProgress: (done) => store.packages.setDone(row.id, done),
  });
  const { certificate, leaf, bytes, sha256, sealedAt } = sealed;
  await publishPackage(kept.blobs, row.id, { output: sealed.output, certificate, receipt });
  await store.packages.setSealed(row.id, {
    sealLeaf: leaf,
    sealedAt,
    sealedBytes: bytes,
    sealedSha256: sha256,
  });
}

/** Enough to be told; more are not read. */
const LISTED_CHALLENGES = 100;

async function openChallenges(
  { store }: IntakeContext,
  row: Package,
  { record, challenge }: VerifiedBundle,
): Promise<SealInput['openChallenges']> {
  const device = await store.devices.get(record.device.id);
  if (device === undefined) throw new TypeError(`an accepted package names no device: ${row.id}`);
  const issuedAt = challenge === undefined ? undefined : Date.parse(challenge.challenge.issuedAt);
  const relatives = {
    device: device.id,
    sequence: sequenceOf(record.id),
    organisation: device.organisation,
    user: device.user,
    caseId: record.case?.id ?? null,
    before: issuedAt ?? row.receivedAt,
  };
  const open = await store.challenges.open(relatives, LISTED_CHALLENGES);
  return open.map((one) => ({
    device: one.device,
    sequence: one.sequence,
    issuedAt: new Date(one.issuedAt).toISOString(),
  }));
}

/** What is published or set aside no longer needs its working copies. */
async function clean({ folders }: IntakeContext, row: Package): Promise<void> {
  await rm(join(folders.work, row.id), { recursive: true, force: true });
  await removeUpload(folders.incoming, row.upload);
}
