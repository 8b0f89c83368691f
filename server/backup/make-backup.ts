import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';
import type { PostgresSettings } from '../store/postgres-settings.ts';
import { BackupError } from './backup-error.ts';
import { type CheckedFolder, checkServiceFolder, type OpenMasterKey } from './check-service-folder.ts';
import { writeChecksums } from './checksums.ts';
import { copyEvidence, copyIncoming } from './copy-evidence.ts';
import { type CopyFile, copied, copyFolder, linked } from './copy-file.ts';
import { copyLog } from './copy-log.ts';
import { copyPostgres } from './copy-postgres.ts';
import { copyDatabase, DatabaseCopy, syncDatabase } from './database-copy.ts';

export interface BackupOptions {
  readonly dataDir: string;
  /** Must not exist yet. */
  readonly to: string;
  /** Copies instead of hard links: for a backup that stays on the same disk as its only copy. */
  readonly copy?: boolean;
  /** Where the metadata are, when not in the data directory. */
  readonly database?: PostgresSettings | undefined;
  /** Of the evidence, where encryption is configured. */
  readonly master?: OpenMasterKey | undefined;
}

/** Copied by rules of their own; the rest of the service folder (keys, certificates, tokens) is copied as it is. */
const OWN_RULES = ['log', 'incoming', 'work', 'refused', 'packages'];
const isLeftOut = (name: string) =>
  OWN_RULES.includes(name) ||
  /^service\.db(-|$)/.test(name) ||
  /^lock(-|$)/.test(name) ||
  name.endsWith('.tmp');
const TRIES = 5;

/**
 * Copies a data directory while its service runs, and checks the copy. The order keeps it consistent: uploads, then
 * the database in one snapshot, then the files it promises, then the log, which so holds every leaf any of them names.
 * The folder has its name only when it is whole.
 * Encrypted evidence is copied as it is; the master key is not, and is needed for the check.
 * @throws BackupError; LogError; StoreError DISK_FULL; EncryptionError
 */
export async function makeBackup({
  dataDir,
  to,
  copy = false,
  database,
  master,
}: BackupOptions): Promise<CheckedFolder> {
  const from = join(dataDir, 'service');
  if (!(await exists(join(from, database === undefined ? 'service.db' : 'log'))))
    throw new BackupError('DATA_MISSING', `${dataDir} holds no service`, { entry: dataDir });
  if (await exists(to)) throw new BackupError('TARGET_EXISTS', `${to} exists already`, { entry: to });
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  const root = join(partial, 'service');
  // Holds every private key.
  await mkdir(root, { recursive: true, mode: 0o700 });
  const copyFile = copy ? copied : linked;
  await copyRecords(from, root, copyFile, { database, encrypts: master !== undefined });
  await copyLog(join(from, 'log'), join(root, 'log'), copyFile);
  await copyFolder(from, root, copied, isLeftOut);
  const configuration = join(dataDir, 'config.json');
  if (await exists(configuration)) await copied(configuration, join(partial, 'config.json'));
  const checked = await checkServiceFolder(root, master ?? (async () => undefined));
  await writeChecksums(partial);
  await rename(partial, to);
  await syncFolder(dirname(to));
  return checked;
}

async function copyRecords(
  from: string,
  to: string,
  copyFile: CopyFile,
  { database: settings, encrypts }: { database: PostgresSettings | undefined; encrypts: boolean },
): Promise<void> {
  const path = join(to, 'service.db');
  for (let tries = 0; tries < TRIES; tries++) {
    await copyIncoming(from, to, copyFile, encrypts);
    await rm(path, { force: true });
    if (settings === undefined) await copyDatabase(join(from, 'service.db'), path);
    else await copyPostgres(settings, path);
    await syncDatabase(path);
    const database = await DatabaseCopy.open(path);
    try {
      if (await copyEvidence(from, to, database, copyFile)) return;
    } finally {
      database.close();
    }
  }
  throw new BackupError('DATA_CHANGING', 'the service works faster than it can be copied', { entry: from });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
