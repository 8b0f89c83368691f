import { Worker } from 'node:worker_threads';
import type { RangeDigest } from '#shared/lib/port';

/** Hashes ranges of one open file in threads of its own. */
export interface HashThreads {
  /** @throws Error when the file cannot be read, or after `close`. */
  digest(offset: number, length: number): Promise<RangeDigest>;
  /** Breaks off what is under way; the descriptor is not used any more on return. */
  close(): Promise<void>;
}

interface Task {
  readonly offset: number;
  readonly length: number;
  readonly resolve: (digest: RangeDigest) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | undefined;
}

/** A thread needs little more than its buffer. */
const LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

/**
 * Threads are started when there is work, at most `count`, each taking one range at a time in the order asked for.
 * @param fd an open descriptor, readable until `close` has resolved.
 */
export function hashThreads(fd: number, count: number): HashThreads {
  const cancelled = new SharedArrayBuffer(4);
  const waiting: Task[] = [];
  const threads: Thread[] = [];
  let closed = false;

  const next = (thread: Thread): void => {
    thread.task = waiting.shift();
    if (thread.task === undefined) return;
    const { offset, length } = thread.task;
    thread.worker.postMessage({ offset, length });
  };
  const start = (): Thread => {
    const worker = new Worker(new URL('hash-worker.mjs', import.meta.url), {
      workerData: { fd, cancelled },
      resourceLimits: LIMITS,
      execArgv: [],
    });
    const thread: Thread = { worker, task: undefined };
    worker.on('message', ({ digest, failure }: { digest?: RangeDigest; failure?: string }) => {
      const { task } = thread;
      next(thread);
      if (digest === undefined) task?.reject(new Error(failure));
      else task?.resolve(digest);
    });
    worker.on('error', (error) => {
      threads.splice(threads.indexOf(thread), 1);
      thread.task?.reject(error);
    });
    threads.push(thread);
    return thread;
  };
  return {
    digest: (offset, length) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the file was closed'));
        waiting.push({ offset, length, resolve, reject });
        const idle = threads.find(({ task }) => task === undefined);
        if (idle !== undefined) next(idle);
        else if (threads.length < count) next(start());
      }),
    async close() {
      closed = true;
      Atomics.store(new Int32Array(cancelled), 0, 1);
      for (const { reject } of waiting.splice(0)) reject(new Error('the file was closed'));
      for (const { task } of threads) task?.reject(new Error('the file was closed'));
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
