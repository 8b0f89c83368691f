/** What each kind of worker thread begins with. Plain JavaScript: a thread starts without a compiler. */
const files = {
  hash: './hash-worker.mjs',
  argon2: '../identity/argon2-worker.mjs',
  evidence: '../evidence/evidence-worker.mjs',
};

/** Where a worker thread's file lies: the one place that knows. */
export function workerFile(name: keyof typeof files): URL {
  return new URL(files[name], import.meta.url);
}
