import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory that can be filled up; only root on Linux can mount one. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it until no more than `bytes` are free. */
  leaveFree(bytes: number): Promise<void>;
  makeRoom(): Promise<void>;
  unmount(): void;
}

/** @returns undefined where mounting is not allowed */
export function mountSmallDisk(mebibytes: number): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  const makeRoom = () => rm(ballast, { force: true });
  return {
    folder,
    makeRoom,
    async leaveFree(bytes) {
      await makeRoom();
      const { bavail, bsize } = await statfs(folder);
      const size = bavail * bsize - bytes;
      // When others wrote meanwhile it takes what is left: that there is no room is what is wanted.
      if (size > 0) spawnSync('fallocate', ['--length', String(size), ballast], { stdio: 'ignore' });
    },
    unmount() {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
