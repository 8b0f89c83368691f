import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TombstoneFile } from '#shared/api/retention';
import { toBase64 } from '#shared/lib/base64';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { toPem } from '#shared/pki/pem';
import type { Deletion } from '../store/deletions.ts';
import { syncFolder } from '../store/durable-file.ts';
import { ENCRYPTED_SUFFIX } from '../store/encrypted-blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';
import { appendLeaf } from './append-leaf.ts';
import type { IntakeContext } from './intake-context.ts';
import { removeUpload } from './remove-upload.ts';

type DeletionContext = Pick<IntakeContext, 'store' | 'folders' | 'evidence' | 'log' | 'signer' | 'now'>;

/** Looked at in one round; the next takes up the others. */
const AT_A_TIME = 1000;

/**
 * Carries out confirmed deletions: the tombstone is signed and logged, then the key of the package is destroyed, where it
 * has one, and every file of it removed. What a crash or a full disk interrupts is taken up by the next call.
 * @throws IntakeError LOG_FAILED, WITNESSES_UNAVAILABLE; StoreError
 */
export async function deleteEvidence(context: DeletionContext): Promise<void> {
  const { deletions, dataKeys } = context.store;
  const unfinished = await deletions.unfinished(AT_A_TIME);
  for (const deletion of unfinished) await carryOut(context, deletion);
  if (unfinished.length > 0) await dataKeys.wipe();
}

async function carryOut(context: DeletionContext, deletion: Deletion): Promise<void> {
  const { store, folders, evidence, now } = context;
  if (deletion.file === null)
    await store.deletions.setFile(deletion.package, await signed(context, deletion));
  const row = await store.packages.get(deletion.package);
  if (row === undefined) throw new TypeError(`deletion without a package: ${deletion.package}`);
  // First: from here on no copy of its files can be read, wherever there is one.
  await store.dataKeys.destroy(row.id);
  await evidence.stored.delete(evidenceName.published(row.id));
  await rm(join(folders.work, row.id), { recursive: true, force: true });
  for (const name of [evidenceName.refused(row.id), evidenceName.refusal(row.id)])
    for (const suffix of ['', ENCRYPTED_SUFFIX]) await evidence.stored.delete(`${name}${suffix}`);
  await removeUpload(folders.incoming, row.upload);
  for (const folder of Object.values(folders)) await syncFolder(folder);
  await store.deletions.finish(row.id, now().getTime());
}

async function signed({ log, signer }: DeletionContext, { tombstone }: Deletion): Promise<string> {
  if (tombstone === null) throw new TypeError('a confirmed deletion has no tombstone');
  const bytes = toUtf8(tombstone);
  const signature = toBase64(await signer.sign(bytes));
  const proof = await appendLeaf(log, { type: 'evidence-deletion/v1', tombstone: sha256Hex(bytes) });
  const file: TombstoneFile = {
    tombstone: JSON.parse(tombstone),
    signature,
    certificate: toPem('CERTIFICATE', signer.certificate),
    proof,
  };
  return JSON.stringify(file);
}
