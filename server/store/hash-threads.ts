import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RangeDigest } from '#shared/lib/port';
import { workerFile } from './worker-file.ts';

/** Hashes ranges of open files in threads of its own, so that the main thread answers requests meanwhile. */
export interface HashThreads {
  /** Whether threads have been started: then even a small range is worth handing over. */
  readonly started: boolean;
  /**
   * @param fd an open descriptor, readable until this or `release` has resolved.
   * @param shared from `sharedChecksums`, the same for all ranges of a file: what they share is checked once.
   * @throws Error when the file cannot be read, or after `release`.
   */
  digest(fd: number, offset: number, length: number, shared?: SharedArrayBuffer): Promise<RangeDigest>;
  /**
   * As `digest` of the whole file, which is synced before. Files that are synced here wait for one another and not, with
   * all others at once, in the pool that every other file of the process needs.
   * @param fd an open descriptor, writable.
   * @throws Error with the `code` of the system when the file cannot be synced
   */
  syncAndDigest(fd: number, length: number): Promise<RangeDigest>;
  /** Breaks off what is under way on a descriptor; it is not used any more on return, and may be closed. */
  release(fd: number): Promise<void>;
}

interface Task {
  readonly fd: number;
  readonly offset: number;
  readonly length: number;
  readonly sync: boolean;
  readonly shared?: SharedArrayBuffer | undefined;
  readonly resolve: (digest: RangeDigest) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly digest?: RangeDigest;
  readonly failure?: string;
  readonly code?: string;
}

interface Thread {
  readonly worker: Worker;
  /** 1: break off. */
  readonly cancelled: Int32Array;
  task: Task | undefined;
}

/** A thread needs little more than its buffer. */
const LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

/** Threads are started when there is work, at most `count`, each taking one range at a time in the order asked for. */
function createHashThreads(count: number): HashThreads {
  const waiting: Task[] = [];
  const threads: Thread[] = [];
  /** Called whenever a thread has let go of a descriptor. */
  const watchers = new Set<() => void>();

  const next = (thread: Thread): void => {
    thread.task = waiting.shift();
    for (const look of [...watchers]) look();
    if (thread.task === undefined) {
      // An idle thread keeps no process alive.
      thread.worker.unref();
      return;
    }
    thread.worker.ref();
    Atomics.store(thread.cancelled, 0, 0);
    const { fd, offset, length, sync, shared } = thread.task;
    thread.worker.postMessage({ fd, offset, length, sync, shared });
  };
  const start = (): Thread => {
    const shared = new SharedArrayBuffer(4);
    const worker = new Worker(workerFile('hash'), {
      workerData: { cancelled: shared },
      resourceLimits: LIMITS,
      execArgv: [],
    });
    const thread: Thread = { worker, cancelled: new Int32Array(shared), task: undefined };
    worker.on('message', ({ digest, failure, code }: Answer) => {
      const { task } = thread;
      next(thread);
      if (digest === undefined) task?.reject(Object.assign(new Error(failure), { code }));
      else task?.resolve(digest);
    });
    worker.on('error', (error) => {
      threads.splice(threads.indexOf(thread), 1);
      const { task } = thread;
      thread.task = undefined;
      for (const look of [...watchers]) look();
      task?.reject(error);
      if (waiting.length > 0) next(start());
    });
    threads.push(thread);
    return thread;
  };
  const ask = (range: Omit<Task, 'resolve' | 'reject'>): Promise<RangeDigest> =>
    new Promise((resolve, reject) => {
      waiting.push({ ...range, resolve, reject });
      const idle = threads.find(({ task }) => task === undefined);
      if (idle !== undefined) next(idle);
      else if (threads.length < count) next(start());
    });
  return {
    get started() {
      return threads.length > 0;
    },
    digest: (fd, offset, length, shared) => ask({ fd, offset, length, sync: false, shared }),
    syncAndDigest: (fd, length) => ask({ fd, offset: 0, length, sync: true }),
    async release(fd) {
      const dropped = waiting.filter((task) => task.fd === fd);
      for (const task of dropped) {
        waiting.splice(waiting.indexOf(task), 1);
        task.reject(new Error('the file was closed'));
      }
      const isUsed = () => threads.some(({ task }) => task?.fd === fd);
      for (const { task, cancelled } of threads) if (task?.fd === fd) Atomics.store(cancelled, 0, 1);
      if (!isUsed()) return;
      await new Promise<void>((resolve) => {
        const look = () => {
          if (isUsed()) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
      });
    },
  };
}

/** Those of this process. More would only wait for memory. */
export const hashThreads = createHashThreads(Math.min(2, availableParallelism()));
