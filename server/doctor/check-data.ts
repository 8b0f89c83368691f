import { access, constants, link, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataLockError, takeDataLock } from '../store/data-lock.ts';
import { syncFolder } from '../store/durable-file.ts';
import { freeBytes } from '../store/free-space.ts';
import { type Finding, findingsOf } from './finding.ts';

const GIB = 2 ** 30;
/** Some three hundred captures of 30 MB. */
const COMFORTABLE = 10 * GIB;

/** That the data directory is there, ours, and nobody else's to read. */
export async function checkData(root: string): Promise<readonly Finding[]> {
  const { pass, warn, fail } = findingsOf('data');
  try {
    await access(root, constants.R_OK | constants.W_OK);
  } catch {
    return [
      fail(
        `${root} is not there or not writable; has the service been started?`,
        `${root} 不存在或不可写;服务是否启动过?`,
      ),
    ];
  }
  const { mode } = await stat(root);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    return [
      warn(`${root} can be read by other users: chmod 700`, `${root} 可被其他用户读取:请执行 chmod 700`),
    ];
  return [pass(`${root} is writable, for its owner only`, `${root} 可写,仅属主可访问`)];
}

/** Whether a service holds the lock, and answers. */
export async function checkLock(root: string, health: () => Promise<boolean>): Promise<readonly Finding[]> {
  const { pass, fail } = findingsOf('lock');
  try {
    (await takeDataLock(join(root, 'lock'))).release();
    return [pass('no service is running on it; nothing is locked', '没有服务在运行,数据目录未被锁定')];
  } catch (error) {
    if (!(error instanceof DataLockError)) throw error;
  }
  return (await health())
    ? [pass('a service is running, holds the lock and answers', '服务正在运行,持有锁并能应答')]
    : [fail('a process holds the lock and does not answer', '有进程持有锁,但不应答')];
}

/** Whether uploads and seals will be accepted. */
export async function checkDisk(
  root: string,
  minFreeBytes: number,
  measure: (folder: string) => Promise<number> = freeBytes,
): Promise<readonly Finding[]> {
  const { pass, warn, fail } = findingsOf('disk');
  const free = await measure(root);
  const gib = (free / GIB).toFixed(1);
  if (free < minFreeBytes)
    return [fail(`${gib} GiB are left: uploads are refused`, `剩余 ${gib} GiB:已停止接收上传`)];
  if (free < COMFORTABLE) return [warn(`only ${gib} GiB are left`, `仅剩余 ${gib} GiB`)];
  return [pass(`${gib} GiB are left`, `剩余 ${gib} GiB`)];
}

/** That folders can be synced, and whether one file can have two names. */
export async function checkFiles(root: string): Promise<readonly Finding[]> {
  const { pass, warn, fail } = findingsOf('files');
  const folder = await mkdtemp(join(root, '.doctor-'));
  try {
    await writeFile(join(folder, 'one'), 'x', { flush: true });
    await syncFolder(folder);
    const links = await link(join(folder, 'one'), join(folder, 'two')).then(
      () => true,
      () => false,
    );
    return links
      ? [pass('files and folders sync, hard links work', '文件与目录可落盘,支持硬链接')]
      : [
          warn(
            'no hard links: packages are copied, which takes twice the room',
            '不支持硬链接:封存包将复制,占用双倍空间',
          ),
        ];
  } catch {
    return [fail('files or folders cannot be synced: nothing is safe here', '文件或目录无法落盘:此处不安全')];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
