import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDiskFull, StoreError, systemCode } from './store-error.ts';

/**
 * Writes a file so that after a crash at any moment `path` holds either its former content or all of the new one:
 * temporary file in the same folder, write, fsync, rename over `path`, fsync of the folder. On return the bytes
 * are on disk. Missing folders are made, durably too. Temporary names begin with `.` and end in `.tmp`.
 * @param content bytes, or their pieces in order.
 * @param mode permission bits of the new file; 0o600 for keys.
 * @throws StoreError WRITE_FAILED or DISK_FULL (nothing is left behind); errors of the iterable pass unchanged.
 */
export async function writeDurable(path: string, content: Content, mode = 0o644): Promise<void> {
  await writeInPlace(path, content, { mode, sync: true });
  await wrapped(path, () => syncFolder(dirname(path)));
}

/**
 * The same for a crash of the process alone: a file that is whole or not there, for others to read at once, on disk
 * whenever the system likes or `syncFile` and `syncFolder` say so. After a loss of power its content may be anything.
 * @throws StoreError as `writeDurable`.
 */
export async function writeAtomic(path: string, content: Content): Promise<void> {
  if (content instanceof Uint8Array && content.length <= SMALL_BYTES)
    await wrapped(path, () => writeSmall(path, content));
  else await writeInPlace(path, content, { mode: 0o644, sync: false });
}

/** Four calls into the page cache: handing each to another thread and back takes several times as long as they do. */
const SMALL_BYTES = 2 ** 18;

async function writeSmall(path: string, content: Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    try {
      writeFileSync(temporary, content, { flag: 'wx', mode: 0o644 });
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      await makeFolder(dirname(path));
      writeFileSync(temporary, content, { flag: 'wx', mode: 0o644 });
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

type Content = Uint8Array | AsyncIterable<Uint8Array>;

async function writeInPlace(
  path: string,
  content: Content,
  { mode, sync }: { readonly mode: number; readonly sync: boolean },
): Promise<void> {
  const temporary = temporaryBeside(path);
  const file = await wrapped(path, () => openNew(temporary, mode));
  try {
    try {
      const pieces = content instanceof Uint8Array ? [content] : content;
      for await (const piece of pieces) await wrapped(path, () => writeAll(file, piece));
      if (sync) await wrapped(path, () => file.sync());
    } finally {
      await file.close();
    }
    await wrapped(path, () => rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a file's content durable. @throws StoreError as `writeDurable`. */
export async function syncFile(path: string): Promise<void> {
  await wrapped(path, async () => {
    const file = await open(path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Most folders are there already: asking first would cost a call for each file. */
async function openNew(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, 'wx', mode);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    return open(path, 'wx', mode);
  }
}

/**
 * Makes the names in a folder durable (a rename or a new file is lost in a crash until then).
 * Windows cannot fsync a folder and orders its metadata itself.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder and those above it, durably. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}

async function wrapped<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = isDiskFull(cause) ? 'DISK_FULL' : 'WRITE_FAILED';
    throw new StoreError(code, `cannot write ${path}`, { entry: path, cause });
  }
}
