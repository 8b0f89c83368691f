import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Saved pages of other people live beside the project, never in it. */
export const corpusFolder = resolve('../shared/corpus');
const serveScript = resolve('../shared/bench/serve.mjs');

/** Whether the corpus is there; says loudly when it is not. */
export function hasCorpus(): boolean {
  const present = existsSync(corpusFolder) && existsSync(serveScript);
  if (!present) console.warn(`!!! ${corpusFolder} is absent: tests with real saved pages do NOT run`);
  return present;
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/heavy/style.css`)).ok;
  } catch {
    return false;
  }
}

/**
 * Serves the corpus on 8801 and 8802 (the heavy page names 8802 for its frame); a server already there is used.
 * Returns a function that ends what was started.
 */
export async function serveCorpus(): Promise<() => void> {
  if ((await answers(8801)) && (await answers(8802))) return () => undefined;
  const child: ChildProcess = spawn(process.execPath, [serveScript, corpusFolder, '8801', '8802'], {
    stdio: 'ignore',
  });
  for (let tries = 0; !((await answers(8801)) && (await answers(8802))); tries++) {
    if (tries > 100 || child.exitCode !== null) throw new Error('the corpus server did not start');
    await new Promise((done) => setTimeout(done, 50));
  }
  return () => child.kill('SIGKILL');
}
