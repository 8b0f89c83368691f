import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { workerFile } from '../store/worker-file.ts';

/** OWASP Password Storage: argon2id (RFC 9106) with 19 MiB, two passes, one lane. */
const options = {
  memorySize: 19 * 1024,
  iterations: 2,
  parallelism: 1,
  hashLength: 32,
  outputType: 'encoded',
};

interface Answer {
  readonly id: number;
  readonly result?: string | boolean;
  readonly error?: string;
}
interface Waiting {
  resolve(result: string | boolean): void;
  reject(error: Error): void;
}

/** One thread for all: a hash takes 0.1 s of a core, and attempts at once must not take all cores and all memory. */
let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();

/** @returns the argon2id hash of a password with a new salt, in the encoded form `$argon2id$v=19$m=19456,t=2,p=1$…`. */
export async function hashPassword(password: string): Promise<string> {
  return String(await ask({ password, options: { ...options, salt: randomBytes(16) } }));
}

/** Whether a password is the hashed one. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  return (await ask({ password, hash })) === true;
}

/** A hash nobody knows the password of: whoever names an unknown user waits as long as whoever names a known one. */
export const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

function ask(message: object): Promise<string | boolean> {
  return new Promise((resolve, reject) => {
    worker ??= startWorker();
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.ref();
    worker.postMessage({ ...message, id: last });
  });
}

function startWorker(): Worker {
  const started = new Worker(workerFile('argon2'), { execArgv: [] });
  started.on('message', ({ id, result, error }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) started.unref();
    if (result === undefined) asked?.reject(new Error(`argon2: ${error ?? 'no answer'}`));
    else asked?.resolve(result);
  });
  started.on('error', (error: Error) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return started;
}
