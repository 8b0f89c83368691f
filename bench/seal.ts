/**
 * How many small packages are sealed a second: `npm run bench:seal [-- --count N] [--rounds R] [--dir DIR]`. Everything
 * is real: trial keys, the built-in time-stamp authority, the log, every fsync, and the verification each seal ends
 * with, drawn and verified in a thread of its own as in the service. Sealed one after the other, as the service does, and several at once, in turns; intake is not timed. Prints
 * medians and the load average. Run it on a real disk.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createEvidenceThread } from '../server/evidence/evidence-thread.ts';
import { seal } from '../server/seal/seal.ts';
import { createTestSealer, type TestSealer } from '../test/fixtures/test-seal.ts';
import { median } from './median.ts';

const GOAL_PER_SECOND = 20;
const AT_ONCE = [1, 4];

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: '.data' },
  },
});

const tasks = createEvidenceThread();

/** @returns packages a second */
async function rate(sealer: TestSealer, round: string, atOnce: number): Promise<number> {
  const works = [];
  for (let n = 0; n < Number(values.count); n++) works.push(await sealer.prepare(`${round}-${n}`));
  const started = performance.now();
  const next = works.values();
  const one = async () => {
    for (const work of next) await seal({ ...work, tasks });
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return works.length / ((performance.now() - started) / 1000);
}

await mkdir(values.dir, { recursive: true });
const dir = await mkdtemp(join(values.dir, 'bench-seal-'));
try {
  const sealer = await createTestSealer(dir);
  await seal({ ...(await sealer.prepare('warm-up')), tasks });
  const rates = new Map(AT_ONCE.map((atOnce) => [atOnce, [] as number[]]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [atOnce, list] of rates) list.push(await rate(sealer, `${round}-${atOnce}`, atOnce));
  for (const [atOnce, list] of rates)
    console.log(
      `${values.count} packages, ${atOnce} at once: ${median(list).toFixed(1)} a second (${list.map((one) => one.toFixed(1)).join(', ')})`,
    );
  console.log(
    `goal: ${GOAL_PER_SECOND} a second; load ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}`,
  );
  await sealer.close();
} finally {
  await rm(dir, { recursive: true });
}
