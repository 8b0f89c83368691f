import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildManifestPath } from './build-manifest.mjs';

const bin = fileURLToPath(new URL('../server/bin.mjs', import.meta.url));
const ownBuild = buildManifestPath(fileURLToPath(new URL('../dist/extension/chrome-mv3', import.meta.url)));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function liveUrl(dataDir) {
  const file = join(dataDir, 'service.json');
  if (!existsSync(file)) return undefined;
  try {
    const { port } = JSON.parse(readFileSync(file, 'utf8'));
    const url = `http://127.0.0.1:${port}`;
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) });
    return answer.ok ? url : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The service of a data directory: a live one is reused, otherwise one is started.
 * Returns `{url, adminToken, started, exited, stop}`; `stop` ends only a service this call started.
 */
export async function ensureService({ dataDir, port, foreground = false }) {
  const adminToken = () => readFileSync(join(dataDir, 'service', 'admin.token'), 'utf8').trim();
  const running = await liveUrl(dataDir);
  if (running !== undefined) {
    return {
      url: running,
      adminToken: adminToken(),
      started: false,
      exited: undefined,
      stop: async () => undefined,
    };
  }
  const args = [bin, 'start', '--data', dataDir, ...(port === undefined ? [] : ['--port', String(port)])];
  // The build of this checkout is one its service knows.
  if (existsSync(ownBuild)) args.push('--known-builds', ownBuild);
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', foreground ? 'inherit' : 'pipe', foreground ? 'inherit' : 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-4000);
    });
  }
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const deadline = Date.now() + 60_000;
  for (;;) {
    const url = await liveUrl(dataDir);
    if (url !== undefined) {
      const stop = async () => {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await exited;
        clearTimeout(timer);
      };
      return { url, adminToken: adminToken(), started: true, exited, stop };
    }
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the service did not start\n${output}`);
    await pause(100);
  }
}
