import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { toHex } from '#shared/lib/hex';
import { rangeDigest } from '#shared/lib/range-digest';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { leafTypeOf } from '#shared/log/leaf';
import { leafHash } from '#shared/log/merkle-hash';
import { folderSource } from '../log/folder-source.ts';
import type { Blobs } from '../store/blobs.ts';
import { encryptedBlobs } from '../store/encrypted-blobs.ts';
import { unwrapBlobKey } from '../store/evidence-blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';
import { folderBlobs } from '../store/folder-blobs.ts';
import type { MasterKey } from '../store/master-key.ts';
import { nodePorts } from '../store/node-ports.ts';
import { BackupError } from './backup-error.ts';
import { vkeyOf } from './copy-log.ts';
import { DatabaseCopy, type RecordedPackage } from './database-copy.ts';

/** The master key; `undefined` where none is configured. */
export type OpenMasterKey = () => Promise<MasterKey | undefined>;

/** What a service folder holds, all of it checked. */
export interface CheckedFolder {
  readonly sealed: number;
  readonly refused: number;
  /** After their retention period. */
  readonly deleted: number;
  /** Received, on their way to a seal. */
  readonly pending: number;
  /** Entries of the log. */
  readonly leaves: bigint;
}

/**
 * Checks a service folder nobody writes: the database is whole, every sealed package has its SHA-256 on record and its
 * seal leaf in the log, every refused and every pending bundle has its bytes, every entry and tile of the log fits its
 * signed checkpoint. Encrypted files are decrypted to be hashed.
 * @param master opens the master key; asked only when something is encrypted.
 * @throws BackupError BACKUP_DAMAGED; LogError; EncryptionError MASTER_KEY_MISSING, MASTER_KEY_WRONG
 */
export async function checkServiceFolder(root: string, master: OpenMasterKey): Promise<CheckedFolder> {
  const database = await DatabaseCopy.open(join(root, 'service.db'));
  try {
    const integrity = database.integrity();
    if (integrity !== 'ok')
      throw new BackupError('BACKUP_DAMAGED', `database: ${integrity}`, { entry: 'service.db' });
    const counts = { sealed: 0, refused: 0, deleted: 0, pending: 0 };
    const seals = new Map<string, string>();
    for (const row of database.packages()) {
      // Of a deleted package its row and its leaves are left.
      if (row.state !== 'deleted') await checkBytes(root, row, master);
      if (row.sealLeaf !== null) seals.set(row.sealLeaf, row.id);
      counts[isEnd(row.state) ? row.state : 'pending'] += 1;
    }
    return { ...counts, leaves: await checkLog(join(root, 'log'), seals) };
  } finally {
    database.close();
  }
}

async function checkBytes(root: string, row: RecordedPackage, master: OpenMasterKey): Promise<void> {
  const [path, sha256] =
    row.state === 'sealed'
      ? [evidenceName.package(row.id), row.sealedSha256]
      : [
          row.state === 'refused' ? evidenceName.refused(row.id) : evidenceName.bundle(row.upload),
          row.sha256,
        ];
  const plain = folderBlobs(root);
  const blobs =
    row.wrappedKey === null
      ? plain
      : encryptedBlobs(plain, await unwrapBlobKey(await master(), row.id, row.wrappedKey));
  const found = await digestOf(blobs, path).catch((cause: unknown) => {
    if (!(cause instanceof CodedError)) throw cause;
    throw new BackupError('BACKUP_DAMAGED', `the bytes of ${row.id} cannot be read`, { entry: path, cause });
  });
  if (found !== sha256)
    throw new BackupError('BACKUP_DAMAGED', `the bytes of ${row.id} have another SHA-256`, { entry: path });
}

async function digestOf(blobs: Blobs, name: string): Promise<string> {
  const source = await blobs.open(name);
  try {
    return toHex((await rangeDigest(source, 0, source.size, nodePorts)).sha256);
  } finally {
    await source.close();
  }
}

/** @param seals leaf hash → package; every one must be in the log. */
async function checkLog(dir: string, seals: Map<string, string>): Promise<bigint> {
  const checkpoint = await readFile(join(dir, 'public', 'checkpoint'));
  const { size } = await checkWholeLog(nodePorts, folderSource(join(dir, 'public')), {
    trust: { logKeys: [await vkeyOf(dir, checkpoint)] },
    onEntry: (_, entry) => {
      if (leafTypeOf(entry) === 'evidence-seal/v1') seals.delete(toHex(leafHash(entry)));
    },
  });
  const [lost] = seals.values();
  if (lost !== undefined)
    throw new BackupError('BACKUP_DAMAGED', `the seal of ${lost} is not in the log`, { entry: lost });
  return size;
}

function isEnd(state: string): state is 'sealed' | 'refused' | 'deleted' {
  return state === 'sealed' || state === 'refused' || state === 'deleted';
}
