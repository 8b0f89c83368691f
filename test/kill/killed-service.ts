import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type RunningService, startService } from '../e2e/start-service.ts';

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));

/** One data directory and the service process that runs on it, again and again. */
export interface KilledService {
  readonly dataDir: string;
  /** The service that runs now, or the next one. */
  current(): Promise<RunningService>;
  start(): Promise<RunningService>;
  /** SIGKILL to the running one; clients then wait for the next. */
  kill(): Promise<void>;
  /** Starts one and kills it `ms` later, most likely before it listens. */
  killWhileStarting(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export function killedService(dataDir: string): KilledService {
  let running: RunningService | undefined;
  let waiting: ((service: RunningService) => void)[] = [];
  const down = () => {
    const last = running;
    running = undefined;
    return last;
  };
  return {
    dataDir,
    current: async () => running ?? new Promise((resolve) => void waiting.push(resolve)),
    async start() {
      const service = await startService({ dataDir });
      running = service;
      for (const resolve of waiting) resolve(service);
      waiting = [];
      return service;
    },
    kill: async () => down()?.kill(),
    async killWhileStarting(ms) {
      const child = spawn(process.execPath, [bin, 'start', '--data', dataDir, '--port', '0'], {
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      const [code, signal] = await ended;
      clearTimeout(timer);
      if (signal !== 'SIGKILL') throw new Error(`the service ended by itself, ${code ?? signal}`);
    },
    stop: async () => down()?.stop(),
  };
}

/** The connection was cut, or nobody listens: all that a client of a killed service sees. */
export function isCutOff(error: unknown): boolean {
  return error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message);
}
