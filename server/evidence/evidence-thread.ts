import { Worker } from 'node:worker_threads';
import { CodedError } from '#shared/lib/errors';
import { EncryptionError } from '../store/encryption-error.ts';
import { StoreError } from '../store/store-error.ts';
import { workerFile } from '../store/worker-file.ts';
import type { TaskAnswer, TaskFailure, TaskQuestion } from './answer-tasks.ts';
import type { EvidenceTasks } from './evidence-tasks.ts';

/** Bundles may hold files of up to 64 MiB that are read whole. With smaller limits garbage is collected earlier. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 12 };

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The tasks in a thread of lower priority, started when there is something to do, so that the main thread answers
 * requests meanwhile. A thread that ends fails what it was asked; the next task starts another.
 * @param file what the thread begins with.
 */
export function createEvidenceThread(file = workerFile('evidence')): EvidenceTasks {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, Waiting>();

  const start = (): Worker => {
    const started = new Worker(file, { resourceLimits: LIMITS, execArgv: [] });
    let failure: Error | undefined;
    started.on('message', ({ id, result, failure: refused }: TaskAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      // An idle thread keeps no process alive.
      if (waiting.size === 0) started.unref();
      if (refused === undefined) asked?.resolve(result);
      else asked?.reject(errorOf(refused));
    });
    started.on('error', (error) => {
      failure = error;
    });
    started.on('exit', () => {
      worker = undefined;
      const asked = [...waiting.values()];
      waiting.clear();
      for (const { reject } of asked) reject(failure ?? new Error('the thread has ended'));
    });
    return started;
  };
  const ask =
    <Task extends keyof EvidenceTasks>(task: Task) =>
    (...args: Parameters<EvidenceTasks[Task]>) =>
      new Promise<Awaited<ReturnType<EvidenceTasks[Task]>>>((resolve, reject) => {
        worker ??= start();
        last += 1;
        worker.postMessage({ id: last, task, args } satisfies TaskQuestion);
        worker.ref();
        waiting.set(last, { resolve: resolve as Waiting['resolve'], reject });
      });
  return {
    verifyBundle: ask('verifyBundle'),
    readExhibits: ask('readExhibits'),
    certificatePdf: ask('certificatePdf'),
    verifyPackage: ask('verifyPackage'),
  };
}

/** What callers tell apart: a fault of the disk, a fault of the evidence, a fault of ours. */
function errorOf({ name, message, code, entry }: TaskFailure): Error {
  if (code === undefined) return Object.assign(new Error(message), { name });
  if (name === StoreError.name)
    return new StoreError(code as ConstructorParameters<typeof StoreError>[0], message, { entry });
  if (name === EncryptionError.name)
    return new EncryptionError(code as ConstructorParameters<typeof EncryptionError>[0], message, { entry });
  return Object.assign(new CodedError(code, message, { entry }), { name });
}
