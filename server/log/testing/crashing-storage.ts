import type { TileAddress } from '#shared/log/tile-path';
import type { TileFile } from '#shared/log/tree-edge';
import { FatalLogError } from '../fatal-log-error.ts';
import type { LogStorage, PublishedCheckpoint } from '../log-storage.ts';

/** How far the fatal operation gets before everything ends. */
export type CrashPoint = 'before' | 'half' | 'after';

/**
 * A storage whose process dies at one operation: what was written stays as it is, and nothing that comes later
 * happens, not even reading.
 */
export class CrashingStorage implements LogStorage {
  /** Writes so far; the crash comes when this reaches `at`. */
  writes = 0;
  readonly #inner: LogStorage;
  readonly #at: number;
  readonly #point: CrashPoint;
  #dead = false;

  constructor(inner: LogStorage, at: number, point: CrashPoint) {
    this.#inner = inner;
    this.#at = at;
    this.#point = point;
  }

  get crashed(): boolean {
    return this.#dead;
  }

  read(path: string): Promise<Uint8Array> {
    return this.#alive(() => this.#inner.read(path));
  }

  checkpoint(): Promise<PublishedCheckpoint | undefined> {
    return this.#alive(() => this.#inner.checkpoint());
  }

  isUsed(): Promise<boolean> {
    return this.#alive(() => this.#inner.isUsed());
  }

  staged(): Promise<Uint8Array> {
    return this.#alive(() => this.#inner.staged());
  }

  publish(checkpoint: PublishedCheckpoint): Promise<void> {
    // One rename: there is no half of it.
    return this.#write(
      () => this.#inner.publish(checkpoint),
      async () => {},
    );
  }

  put(files: readonly TileFile[]): Promise<void> {
    return this.#write(
      () => this.#inner.put(files),
      () => this.#inner.put(files.filter((_, n) => n % 2 === this.writes % 2)),
    );
  }

  discardPartials(full: readonly TileAddress[]): Promise<void> {
    return this.#write(
      () => this.#inner.discardPartials(full),
      () => this.#inner.discardPartials(full.slice(1)),
    );
  }

  stage(batch: Uint8Array): Promise<void> {
    return this.#write(
      () => this.#inner.stage(batch),
      () => this.#inner.stage(batch.subarray(0, batch.length >> 1)),
    );
  }

  unstage(length: number): Promise<void> {
    return this.#write(
      () => this.#inner.unstage(length),
      async () => {},
    );
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  async #write(whole: () => Promise<void>, half: () => Promise<void>): Promise<void> {
    await this.#alive(async () => {
      this.writes += 1;
      if (this.writes !== this.#at) return whole();
      if (this.#point === 'after') await whole();
      if (this.#point === 'half') await half();
      this.#dead = true;
      throw crash();
    });
  }

  async #alive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#dead) throw crash();
    return work();
  }
}

function crash(): FatalLogError {
  return new FatalLogError('LOG_IO', 'the process died here');
}
