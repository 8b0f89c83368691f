import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { folderSource } from '../server/log/folder-source.ts';
import { openLog, type TransparencyLog } from '../server/log/open-log.ts';
import { nodePorts } from '../server/store/node-ports.ts';

/**
 * Durable appends to the log, with the time from `append` to the proof under a published checkpoint. Every batch is
 * fsynced three times over (staged entries, tiles, checkpoint) before anyone is told. Leaves have the size of a seal
 * leaf. Run on a real disk: `npm run bench:log [-- --dir FOLDER]`.
 */
const LEAF_BYTES = 300;
const SECONDS = 10;
const GOAL_PER_SECOND = 1_500;
const GOAL_MS = 2_000;

interface Round {
  readonly name: string;
  readonly appends: number;
  readonly seconds: number;
  readonly latencies: number[];
}

/** Arrivals at a fixed rate, whether or not earlier ones are done: what users see. */
async function atRate(log: TransparencyLog, perSecond: number): Promise<Round> {
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < perSecond * SECONDS; ) {
    const due = Math.min(perSecond * SECONDS, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    for (; sent < due; sent++) pending.push(timed(log, latencies));
    await sleep(1);
  }
  await Promise.all(pending);
  return roundOf(`${perSecond}/s arriving evenly`, start, latencies);
}

/** A fixed number of callers, each waiting for its proof before the next append: the most it can do. */
async function saturated(log: TransparencyLog, callers: number): Promise<Round> {
  const latencies: number[] = [];
  const start = performance.now();
  const caller = async () => {
    while (performance.now() - start < SECONDS * 1000) await timed(log, latencies);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return roundOf(`${callers} callers at once`, start, latencies);
}

async function timed(log: TransparencyLog, latencies: number[]): Promise<void> {
  const start = performance.now();
  await log.append(randomBytes(LEAF_BYTES));
  latencies.push(performance.now() - start);
}

function roundOf(name: string, start: number, latencies: number[]): Round {
  return { name, appends: latencies.length, seconds: (performance.now() - start) / 1000, latencies };
}

function print({ name, appends, seconds, latencies }: Round): void {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const figures = [0.5, 0.99, 1].map((share) => `${at(share).toFixed(1)}`).join(' / ');
  const rate = appends / seconds;
  console.log(
    `${name.padEnd(26)} ${rate.toFixed(0).padStart(7)} appends/s   inclusion median / p99 / max ${figures} ms`,
  );
}

const flag = process.argv.indexOf('--dir');
const parent = (flag > 0 ? process.argv[flag + 1] : undefined) ?? '.data';
await mkdir(parent, { recursive: true });
const dir = await mkdtemp(join(parent, 'bench-log-'));
try {
  const log = await openLog(dir, { origin: 'bench.example/log', now: () => new Date() });
  await Promise.all(Array.from({ length: 2_000 }, () => log.append(randomBytes(LEAF_BYTES))));
  console.log(`goal: ${GOAL_PER_SECOND} durable appends/s, inclusion within ${GOAL_MS} ms`);
  for (const run of [() => atRate(log, GOAL_PER_SECOND), () => saturated(log, 1), () => saturated(log, 512)])
    print(await run());
  await log.close();
  const start = performance.now();
  const checked = await checkWholeLog(nodePorts, folderSource(join(dir, 'public')), {
    trust: { logKeys: [log.vkey] },
  });
  console.log(
    `whole log of ${checked.size} leaves re-read and checked in ${(performance.now() - start).toFixed(0)} ms`,
  );
} finally {
  await rm(dir, { recursive: true, force: true });
}
