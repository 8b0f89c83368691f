import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { type TileAddress, tilePath } from '#shared/log/tile-path';
import type { TileFile } from '#shared/log/tree-edge';
import { syncFolder, writeDurable } from '../store/durable-file.ts';
import { systemCode } from '../store/store-error.ts';
import { FatalLogError } from './fatal-log-error.ts';
import { folderSource } from './folder-source.ts';
import type { LogStorage, PublishedCheckpoint } from './log-storage.ts';

/** Tiles and entries never change again. */
const IMMUTABLE_MODE = 0o444;

/**
 * A log on disk: `public/` is what a web server may serve as it is (C2SP tlog-tiles), `staged` holds the batches
 * that are decided but not yet published.
 */
export class DiskStorage implements LogStorage {
  readonly publicDir: string;
  readonly #staged: FileHandle;
  #stagedBytes: number;

  /** @throws FatalLogError LOG_IO */
  static open(dir: string): Promise<DiskStorage> {
    return io(dir, async () => {
      await mkdir(join(dir, 'public'), { recursive: true });
      await syncFolder(dirname(dir));
      const path = join(dir, 'staged');
      const staged = await open(path, 'r+').catch(async (error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
        await writeDurable(path, new Uint8Array(), 0o600);
        return open(path, 'r+');
      });
      return new DiskStorage(dir, staged, (await staged.stat()).size);
    });
  }

  private constructor(dir: string, staged: FileHandle, stagedBytes: number) {
    this.publicDir = join(dir, 'public');
    this.#staged = staged;
    this.#stagedBytes = stagedBytes;
  }

  read(path: string): Promise<Uint8Array> {
    return folderSource(this.publicDir).read(path);
  }

  checkpoint(): Promise<PublishedCheckpoint | undefined> {
    const path = this.#checkpointPath;
    return io(path, async () => {
      const bytes = await readOrNothing(path);
      return bytes && { note: fromUtf8(bytes), at: Math.floor((await stat(path)).mtimeMs) };
    });
  }

  /** The file's modification time is the log's own clock, so that a clock set back is noticed at the next start. */
  publish({ note, at }: PublishedCheckpoint): Promise<void> {
    const path = this.#checkpointPath;
    return io(path, async () => {
      const next = `${path}.next`;
      const file = await open(next, 'w', 0o644);
      try {
        await file.writeFile(toUtf8(note));
        await file.utimes(at / 1000, at / 1000);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, path);
      await syncFolder(this.publicDir);
    });
  }

  isUsed(): Promise<boolean> {
    const tiles = join(this.publicDir, 'tile');
    return io(tiles, async () => {
      const names = await readdir(tiles).catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
        return [];
      });
      return names.length > 0 || this.#stagedBytes > 0;
    });
  }

  async put(files: readonly TileFile[]): Promise<void> {
    await Promise.all(files.map(({ address, bytes }) => this.#putOne(tilePath(address), bytes)));
  }

  async discardPartials(full: readonly TileAddress[]): Promise<void> {
    await Promise.all(
      full.map((address) => {
        const folder = join(this.publicDir, `${tilePath(address)}.p`);
        return io(folder, () => rm(folder, { recursive: true, force: true }));
      }),
    );
  }

  stage(batch: Uint8Array): Promise<void> {
    return io('staged', async () => {
      for (let done = 0; done < batch.length; ) {
        const at = this.#stagedBytes + done;
        done += (await this.#staged.write(batch, done, batch.length - done, at)).bytesWritten;
      }
      await this.#staged.datasync();
      this.#stagedBytes += batch.length;
    });
  }

  staged(): Promise<Uint8Array> {
    // Reads from the handle's own position, which positioned writes leave at 0.
    return io('staged', () => this.#staged.readFile());
  }

  unstage(length: number): Promise<void> {
    return io('staged', async () => {
      await this.#staged.truncate(length);
      this.#stagedBytes = length;
    });
  }

  close(): Promise<void> {
    return io('staged', () => this.#staged.close());
  }

  get #checkpointPath(): string {
    return join(this.publicDir, 'checkpoint');
  }

  #putOne(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.publicDir, name);
    return io(path, async () => {
      const existing = await readOrNothing(path);
      if (existing === undefined) return writeDurable(path, bytes, IMMUTABLE_MODE);
      if (!equalBytes(existing, bytes))
        throw new FatalLogError('LOG_CONFLICT', 'immutable file holds other bytes', { entry: name });
      // A crash may have come between its rename and the fsync of its folder.
      await syncFolder(dirname(path));
    });
  }
}

async function readOrNothing(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

async function io<T>(entry: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FatalLogError) throw cause;
    throw new FatalLogError('LOG_IO', `log storage failed at ${entry}`, { entry, cause });
  }
}
