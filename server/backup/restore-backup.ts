import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';
import { BackupError } from './backup-error.ts';
import { type CheckedFolder, checkServiceFolder } from './check-service-folder.ts';
import { checkChecksums } from './checksums.ts';
import { copied, copyFolder } from './copy-file.ts';

/**
 * Puts a backup in the place of a service that is not there: checked before, copied, checked again, and only then
 * under its name. The backup is not touched.
 * @throws BackupError TARGET_EXISTS, BACKUP_INCOMPLETE, BACKUP_DAMAGED; LogError; StoreError DISK_FULL
 */
export async function restoreBackup(from: string, dataDir: string): Promise<CheckedFolder> {
  const target = join(dataDir, 'service');
  if (await exists(target))
    throw new BackupError('TARGET_EXISTS', `${target} exists; move it away first`, { entry: target });
  await checkChecksums(from);
  const partial = join(dataDir, '.service.partial');
  await rm(partial, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });
  await copyFolder(join(from, 'service'), partial, copied);
  const checked = await checkServiceFolder(partial);
  const configuration = join(from, 'config.json');
  if ((await exists(configuration)) && !(await exists(join(dataDir, 'config.json'))))
    await copied(configuration, join(dataDir, 'config.json'));
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
