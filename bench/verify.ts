/**
 * Verifying a large package against hashing it: `npm run bench:verify [-- --size BYTES] [--rounds N] [--dir DIR]`.
 * One package (900 MB of random bytes and a page by default) is sealed and then, in turns and each time in a process
 * of its own, hashed with SHA-256 in one thread, verified by `verifyPackage`, and verified by the command line.
 * Everything is read from the page cache. Prints medians, peak resident memory (VmHWM) and the load average.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeLargePackage } from './large-package.ts';
import { median } from './median.ts';
import type { Figures } from './verify-child.ts';

const GOAL_RATIO = 1.3;
const GOAL_MB = 150;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '900000000' },
    rounds: { type: 'string', default: '5' },
    dir: { type: 'string', default: '.data' },
  },
});

/** Runs a command to its end. @returns its output, wall time and peak resident memory */
async function measured(args: readonly string[]): Promise<{ output: string; ms: number; peakMb: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  let peakKb = 0;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 10);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(poll);
  if (code !== 0) throw new RangeError(`${args.join(' ')}: exit ${code}`);
  return { output, ms: performance.now() - started, peakMb: peakKb / 1024 };
}

const load = () =>
  loadavg()
    .map((n) => n.toFixed(1))
    .join(' ');

async function bench(dir: string): Promise<void> {
  const { path, bytes, trust, intakeMs, steps } = await makeLargePackage(dir, Number(values.size));
  const root = fileURLToPath(new URL('..', import.meta.url));
  const child = [...process.execArgv, join(root, 'bench', 'verify-child.ts')];
  const runs = {
    hash: [...child, 'hash', path],
    verify: [...child, 'verify', path, trust],
    command: [join(root, 'server', 'bin.mjs'), 'verify', path, '--trust', trust, '--json'],
  };
  const own = { hash: [] as Figures[], verify: [] as Figures[] };
  const wall = { hash: [] as number[], verify: [] as number[], command: [] as number[] };
  const peak = { hash: 0, verify: 0, command: 0 };
  console.log(`package of ${(bytes / 1e6).toFixed(0)} MB, load ${load()}`);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const name of ['hash', 'verify', 'command'] as const) {
      const { output, ms, peakMb } = await measured(runs[name]);
      wall[name].push(ms);
      peak[name] = Math.max(peak[name], peakMb);
      if (name !== 'command') own[name].push(JSON.parse(output) as Figures);
    }
  const hashMs = median(own.hash.map(({ ms }) => ms));
  const print = (what: string, ms: number, rest: string) =>
    console.log(`${what.padEnd(34)} ${ms.toFixed(0).padStart(7)} ms  ${(ms / hashMs).toFixed(2)} ×  ${rest}`);
  const cpu = (list: readonly Figures[]) => `${median(list.map((one) => one.cpu)).toFixed(2)} s CPU`;
  print('SHA-256, one thread', hashMs, cpu(own.hash));
  print(
    'verifyPackage',
    median(own.verify.map(({ ms }) => ms)),
    `${cpu(own.verify)}, peak ${peak.verify.toFixed(0)} MB`,
  );
  print('tiezheng verify, with process start', median(wall.command), `peak ${peak.command.toFixed(0)} MB`);
  print('  less the start of a process', median(wall.command) - startMs(wall.verify, own.verify), '');
  print('intake verifies the bundle (once)', intakeMs, '');
  for (const name of ['package', 'verify'])
    print(`seal step ${name} (once)`, steps.find((step) => step.name === name)?.ms ?? 0, '');
  const others = steps.filter(({ name }) => name !== 'package' && name !== 'verify');
  print(
    'all other seal steps (once)',
    others.reduce((sum, { ms }) => sum + ms, 0),
    '',
  );
  console.log(`goal: verified in ${GOAL_RATIO} ×, peak below ${GOAL_MB} MB; load now ${load()}`);
}

function startMs(wall: readonly number[], own: readonly Figures[]): number {
  return median(wall.map((ms, round) => ms - (own[round]?.ms ?? 0)));
}

await mkdir(values.dir, { recursive: true });
const dir = await mkdtemp(join(values.dir, 'bench-verify-'));
try {
  await bench(dir);
} finally {
  await rm(dir, { recursive: true });
}
