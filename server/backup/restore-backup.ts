import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';
import type { PostgresSettings } from '../store/postgres-settings.ts';
import { BackupError } from './backup-error.ts';
import { type CheckedFolder, checkServiceFolder, type OpenMasterKey } from './check-service-folder.ts';
import { checkChecksums } from './checksums.ts';
import { copied, copyFolder } from './copy-file.ts';
import { loadPostgres } from './load-postgres.ts';

/**
 * Puts a backup in the place of a service that is not there: checked before, copied, checked again, and only then
 * under its name. The backup is not touched.
 * @param database where the metadata are to be kept, when not in the data directory; it must be empty.
 * @param master of the evidence, where encryption is configured.
 * @throws BackupError TARGET_EXISTS, BACKUP_INCOMPLETE, BACKUP_DAMAGED; LogError; StoreError DISK_FULL; EncryptionError
 */
export async function restoreBackup(
  from: string,
  dataDir: string,
  { database, master }: { database?: PostgresSettings | undefined; master?: OpenMasterKey | undefined } = {},
): Promise<CheckedFolder> {
  const target = join(dataDir, 'service');
  if (await exists(target))
    throw new BackupError('TARGET_EXISTS', `${target} exists; move it away first`, { entry: target });
  await checkChecksums(from);
  const partial = join(dataDir, '.service.partial');
  await rm(partial, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await copyFolder(join(from, 'service'), partial, copied);
  const checked = await checkServiceFolder(partial, master ?? (async () => undefined));
  const configuration = join(from, 'config.json');
  if ((await exists(configuration)) && !(await exists(join(dataDir, 'config.json'))))
    await copied(configuration, join(dataDir, 'config.json'));
  if (database !== undefined) {
    await loadPostgres(join(partial, 'service.db'), database);
    await rm(join(partial, 'service.db'));
  }
  await rename(partial, target);
  await syncFolder(dataDir);
  return checked;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
