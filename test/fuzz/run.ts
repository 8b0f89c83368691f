/**
 * Structured mutation fuzzing of everything that reads bytes a stranger may have made:
 * `npm run fuzz [-- --count N] [--seed S]`. Every input must be accepted or refused by an error of ours, within a
 * second and 200 MiB; anything else is saved with its seed. `--input FILE --target NAME` tries a saved input again.
 * Ends with `N inputs, 0 findings`; exit 1 when there are any.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type FuzzCorpus, makeCorpus } from './corpus.ts';
import { type Finding, inputAt, tryInput } from './fuzz.ts';
import { targets } from './targets.ts';
import { threadTime } from './thread-time.ts';
import type { FuzzTask } from './worker.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    input: { type: 'string' },
    target: { type: 'string' },
    save: { type: 'string', default: join('.data', 'fuzz') },
  },
});

/** An input that takes longer than this hangs; a busy machine stays far below it. */
const HANG_MS = 60_000;
const TICK_MS = 500;
const HEAP_MB = 1024;
/** A thread tries so many, then a fresh one goes on: it is as fast at the end of a long run as at its beginning. */
const INPUTS_PER_THREAD = 20_000;
const REPORT_MS = 15_000;

type Counts = Map<string, { accepted: number; refused: number }>;

async function tryAgain(corpus: FuzzCorpus, file: string): Promise<number> {
  const target = targets.find(({ name }) => name === values.target);
  if (target === undefined) throw new RangeError(`--target is one of ${targets.map(({ name }) => name)}`);
  const outcome = await tryInput(target, new Uint8Array(await readFile(file)), corpus);
  console.log(typeof outcome === 'string' ? outcome : outcome.what);
  return typeof outcome === 'string' ? 0 : 1;
}

async function fuzzAll(corpus: FuzzCorpus, seed: number, count: number): Promise<number> {
  const step = Math.max(1, Math.min(2, availableParallelism()));
  const counts: Counts = new Map();
  const findings: string[] = [];
  const progress: Float64Array[] = [];
  const slow: Finding[] = [];
  const save = async ({ target, index, what, input }: Finding) => {
    const file = join(values.save, `${target}-${seed}-${index}`);
    findings.push(file);
    await mkdir(values.save, { recursive: true });
    await writeFile(file, input);
    console.log(`FINDING ${target}, seed ${seed}, input ${index}, saved as ${file}\n${what}`);
  };
  // How long an input takes is judged once more when nothing of ours runs beside it.
  const report = async (finding: Finding) => {
    if (finding.slow) slow.push(finding);
    else await save(finding);
  };
  const started = Date.now();
  const timer = setInterval(() => {
    const done = progress.reduce((sum, at) => sum + Math.ceil((at[0] ?? 0) / step), 0);
    console.log(
      `${done} inputs, ${findings.length} findings, ${Math.round((Date.now() - started) / 1000)} s`,
    );
  }, REPORT_MS);
  const threads = Array.from({ length: step }, async (_, thread) => {
    const current = new Float64Array(new SharedArrayBuffer(16));
    progress.push(current);
    for (let from = thread; from < count; ) {
      const task: FuzzTask = {
        corpus,
        seed,
        from,
        step,
        count: Math.min(count, from + step * INPUTS_PER_THREAD),
        progress: current.buffer as SharedArrayBuffer,
      };
      from = await runWorker(task, current, counts, report);
    }
  });
  await Promise.all(threads);
  clearInterval(timer);
  for (const finding of slow) {
    const target = targets.find(({ name }) => name === finding.target);
    const outcome = target && (await tryInput(target, finding.input, corpus));
    if (typeof outcome === 'object') await save({ ...finding, ...outcome });
  }
  for (const { name } of targets) {
    const { accepted = 0, refused = 0 } = counts.get(name) ?? {};
    console.log(
      `  ${name.padEnd(22)} ${String(accepted).padStart(8)} accepted ${String(refused).padStart(8)} refused`,
    );
  }
  console.log(`seed ${seed}, ${Math.round((Date.now() - started) / 1000)} s`);
  console.log(`${count} inputs, ${findings.length} findings`);
  return findings.length === 0 ? 0 : 1;
}

/** @returns the number to go on with: `task.count`, or the one after an input that hung or ran out of memory */
function runWorker(
  task: FuzzTask,
  current: Float64Array,
  counts: Counts,
  report: (finding: Finding) => Promise<void>,
): Promise<number> {
  const { corpus, seed, from, step, count } = task;
  current[0] = from;
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const reports: Promise<void>[] = [];
  return new Promise((resolve) => {
    let last = from;
    let spent = 0;
    let before = 0;
    // Its own time, not the wall's: a thread that the machine gives no processor proves nothing against an input.
    const watch = setInterval(() => {
      const [index = from, thread = 0] = current;
      const time = threadTime(thread);
      const cpuMs = time?.cpuMs ?? before + TICK_MS;
      spent = index === last ? spent + (time?.waits ? TICK_MS : cpuMs - before) : 0;
      before = cpuMs;
      last = index;
      if (spent > HANG_MS) void end(`hangs for ${HANG_MS} ms`);
    }, TICK_MS);
    const end = async (what?: string) => {
      clearInterval(watch);
      await worker.terminate();
      await Promise.all(reports);
      if (what === undefined) return resolve(count);
      const index = current[0] ?? from;
      const { target, input } = inputAt({ corpus, seed }, index);
      await report({ target: target.name, index, what, slow: false, input });
      resolve(index + step);
    };
    worker.on('message', (message: { finding?: Finding; counts?: Counts }) => {
      if (message.finding !== undefined) reports.push(report(message.finding));
      if (message.counts === undefined) return;
      for (const [name, { accepted, refused }] of message.counts) {
        const sum = counts.get(name) ?? { accepted: 0, refused: 0 };
        counts.set(name, { accepted: sum.accepted + accepted, refused: sum.refused + refused });
      }
      void end();
    });
    worker.on('error', (error) => void end(error.stack ?? error.message));
  });
}

const corpus = await makeCorpus();
if (values.input === undefined) {
  const [seed, count] = [Number(values.seed), Number(values.count)];
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1)
    throw new RangeError('--seed and --count take numbers');
  console.log(`seed ${seed}, ${targets.length} targets`);
  process.exitCode = await fuzzAll(corpus, seed, count);
} else process.exitCode = await tryAgain(corpus, values.input);
