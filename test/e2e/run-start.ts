import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** Saved pages name hosts that do not exist here: the browser must not wait for them. */
export const closedNetwork = '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost';

interface StartRun {
  readonly exitCode: number;
  readonly lines: readonly Record<string, unknown>[];
  /** The last NDJSON line. */
  readonly result: {
    readonly id: string;
    readonly package: string;
    readonly certificate: string;
    readonly checks: readonly { id: string; status: string; code?: string; entry?: string }[];
  };
  readonly stderr: string;
}

/** Runs `npm start -- URL --json …` without its set-up step, which the test run has already made. */
export async function runStart(args: readonly string[]): Promise<StartRun> {
  const child = spawn(process.execPath, [resolve('scripts/start.mjs'), ...args, '--json'], {
    env: { ...process.env, TIEZHENG_BROWSER_ARGS: closedNetwork },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = await new Promise<number>((done) => child.once('exit', (code) => done(code ?? -1)));
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { exitCode, lines, stderr, result: lines.at(-1) as StartRun['result'] };
}
