// A worker thread for what needs a core for long: verifying, reducing pictures, drawing certificates. It gives way to
// the thread that answers requests.
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { isServerBuilt } from '../../scripts/is-server-built.mjs';

/** As server/bin.mjs finds the command line. */
async function load() {
  if (isServerBuilt()) return import('../../dist/server/answer-tasks.js');
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: fileURLToPath(new URL('../../tsconfig.base.json', import.meta.url)) });
  return import('./answer-tasks.ts');
}

// On Linux a priority belongs to a thread, elsewhere to the process.
if (process.platform === 'linux') setPriority(0, 10);
const { answerTasks } = await load();
answerTasks(parentPort);
