import { parentPort } from 'node:worker_threads';
import { argon2id, argon2Verify } from 'hash-wasm';

// Plain JavaScript: a worker does not inherit the loader that reads TypeScript.
parentPort.on('message', async ({ id, hash, options, password }) => {
  try {
    const result =
      hash === undefined ? await argon2id({ ...options, password }) : await argon2Verify({ password, hash });
    parentPort.postMessage({ id, result });
  } catch (error) {
    parentPort.postMessage({ id, error: String(error) });
  }
});
