import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurable } from '../store/durable-file.ts';
import { linkOrCopy } from '../store/link-or-copy.ts';

/** Puts the bytes of an immutable file under a second name. */
export type CopyFile = (source: string, target: string) => Promise<void>;

/** A hard link where there are any: the backup then takes no room, and shares the fate of the disk. */
export const linked: CopyFile = linkOrCopy;

/** Bytes of its own, with the same permissions and times, durable. */
export const copied: CopyFile = async (source, target) => {
  const { mode, atime, mtime } = await stat(source);
  await writeDurable(target, createReadStream(source), mode & 0o777);
  await utimes(target, atime, mtime);
};

/** Copies a folder with everything in it. `except` names members of the top that stay out. */
export async function copyFolder(
  source: string,
  target: string,
  copyFile: CopyFile,
  except: (name: string) => boolean = () => false,
): Promise<void> {
  await mkdir(target, { recursive: true, mode: (await stat(source)).mode & 0o777 });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (except(entry.name)) continue;
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await copyFolder(from, to, copyFile);
    else if (entry.isFile()) await copyFile(from, to);
  }
  await syncFolder(target);
}
