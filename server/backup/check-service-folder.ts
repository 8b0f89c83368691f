import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '#shared/lib/hex';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { leafTypeOf } from '#shared/log/leaf';
import { leafHash } from '#shared/log/merkle-hash';
import { folderSource } from '../log/folder-source.ts';
import { hashFile } from '../store/hash-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import { StoreError } from '../store/store-error.ts';
import { BackupError } from './backup-error.ts';
import { vkeyOf } from './copy-log.ts';
import { DatabaseCopy, type RecordedPackage } from './database-copy.ts';

/** What a service folder holds, all of it checked. */
export interface CheckedFolder {
  readonly sealed: number;
  readonly refused: number;
  /** Received, on their way to a seal. */
  readonly pending: number;
  /** Entries of the log. */
  readonly leaves: bigint;
}

/**
 * Checks a service folder nobody writes: the database is whole, every sealed package has its SHA-256 on record and its
 * seal leaf in the log, every refused and every pending bundle has its bytes, every entry and tile of the log fits its
 * signed checkpoint.
 * @throws BackupError BACKUP_DAMAGED; LogError
 */
export async function checkServiceFolder(root: string): Promise<CheckedFolder> {
  const database = await DatabaseCopy.open(join(root, 'service.db'));
  try {
    const integrity = database.integrity();
    if (integrity !== 'ok')
      throw new BackupError('BACKUP_DAMAGED', `database: ${integrity}`, { entry: 'service.db' });
    const counts = { sealed: 0, refused: 0, pending: 0 };
    const seals = new Map<string, string>();
    for (const row of database.packages()) {
      await checkBytes(root, row);
      if (row.sealLeaf !== null) seals.set(row.sealLeaf, row.id);
      counts[row.state === 'sealed' || row.state === 'refused' ? row.state : 'pending'] += 1;
    }
    return { ...counts, leaves: await checkLog(join(root, 'log'), seals) };
  } finally {
    database.close();
  }
}

async function checkBytes(root: string, row: RecordedPackage): Promise<void> {
  const [path, sha256] =
    row.state === 'sealed'
      ? [join('packages', row.id, `${row.id}.asice`), row.sealedSha256]
      : [
          row.state === 'refused' ? join('refused', `${row.id}.wacz`) : join('incoming', row.upload),
          row.sha256,
        ];
  const found = await hashFile(join(root, path)).catch((cause: unknown) => {
    if (!(cause instanceof StoreError)) throw cause;
    throw new BackupError('BACKUP_DAMAGED', `the bytes of ${row.id} cannot be read`, { entry: path, cause });
  });
  if (found !== sha256)
    throw new BackupError('BACKUP_DAMAGED', `the bytes of ${row.id} have another SHA-256`, { entry: path });
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
