import { constants } from 'node:fs';
import { copyFile, link, open } from 'node:fs/promises';
import { systemCode } from './store-error.ts';

/** What a file system answers that has no hard link to give. */
const NO_LINK = ['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK', 'ENOSYS'];

/** A second name for the same bytes where the file system has hard links; the source is durable already. */
export async function linkOrCopy(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'EEXIST') return;
    if (!NO_LINK.includes(code)) throw error;
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    await syncFile(target);
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
