import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The service as a child process, through the entry people start. */
export interface RunningService {
  readonly url: string;
  readonly dataDir: string;
  readonly adminToken: string;
  readonly pid: number;
  /** Exit code or signal, once it has ended. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** What it has written to standard error so far: its log. */
  log(): string;
  pairingCode(): Promise<string>;
  /** SIGTERM, waits for the end; removes the data directory when this call made it. */
  stop(): Promise<void>;
  /** SIGKILL, waits for the end; the data directory stays, to start on it again. */
  kill(): Promise<void>;
}

export interface StartServiceOptions {
  /** A temporary one by default. */
  readonly dataDir?: string;
  /** Instead of server/bin.mjs; gets the same arguments. */
  readonly entry?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments of `start`. */
  readonly args?: readonly string[];
}

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));
const START_LIMIT_MS = 240_000;

/** Starts the service on a free port and waits until it listens. @throws Error with its log when it ends before */
export async function startService(options: StartServiceOptions = {}): Promise<RunningService> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'tiezheng-')));
  const args = [options.entry ?? bin, 'start', '--data', dataDir, '--port', '0', ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const { log, exited, url } = watch(child);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  try {
    const service = {
      url: await url,
      dataDir,
      adminToken: (await readFile(join(dataDir, 'service', 'admin.token'), 'utf8')).trim(),
      pid: child.pid ?? 0,
      exited,
      log,
    };
    return {
      ...service,
      pairingCode: () => askPairingCode(service),
      async stop() {
        await end('SIGTERM');
        if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
      },
      kill: () => end('SIGKILL'),
    };
  } catch (error) {
    await end('SIGKILL');
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

function watch(child: ChildProcess) {
  let output = '';
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  const url = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the service does not listen\n${errors}`)),
      START_LIMIT_MS,
    );
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, listening] = /^(http:\S+)\n/m.exec(output) ?? [];
      if (listening === undefined) return;
      clearTimeout(timer);
      resolve(listening);
    });
    void exited.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the service ended with ${code}\n${errors}`));
    });
  });
  return { log: () => errors, exited, url };
}

async function askPairingCode({ url, adminToken }: { url: string; adminToken: string }): Promise<string> {
  const answer = await fetch(`${url}/api/v1/pairing-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
  });
  if (!answer.ok) throw new Error(`no pairing code: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { code: string }).code;
}
