import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `tiezheng witness` as a child process, through the entry people start. */
export interface RunningWitness {
  readonly vkey: string;
  readonly url: string;
  /** SIGTERM, waits for the end. */
  stop(): Promise<void>;
}

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));

/** Starts a witness on its folder and waits until it listens. @throws Error with its output when it ends before */
export async function startWitness(
  options: Readonly<{ data: string; logKey: string; name: string; port?: number }>,
): Promise<RunningWitness> {
  const { data, logKey, name, port = 0 } = options;
  const args = ['--data', data, '--log-vkey', logKey, '--name', name, '--port', String(port)];
  const child = spawn(process.execPath, [bin, 'witness', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = await listening(child, ended);
  return {
    vkey: lines.vkey,
    url: lines.url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function listening(child: ChildProcess, ended: Promise<void>): Promise<{ vkey: string; url: string }> {
  let output = '';
  return new Promise((resolve, reject) => {
    const take = (text: string) => {
      output += text;
      const [, vkey] = /^vkey (.+)\n/m.exec(output) ?? [];
      const [, url] = /^url (.+)\n/m.exec(output) ?? [];
      if (vkey !== undefined && url !== undefined) resolve({ vkey, url });
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    void ended.then(() => reject(new Error(`the witness ended\n${output}`)));
  });
}
