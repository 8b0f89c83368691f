import { getHeapStatistics } from 'node:v8';
import { CodedError } from '#shared/lib/errors';
import type { FuzzCorpus } from './corpus.ts';
import { type FuzzTarget, mutators } from './fuzz-target.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { random } from './random.ts';
import { targets } from './targets.ts';

/** An input that was neither accepted nor refused by an error of ours. */
export interface Finding {
  readonly target: string;
  readonly index: number;
  readonly what: string;
  /** Nothing but time or memory is wrong with it. */
  readonly slow: boolean;
  readonly input: Uint8Array;
}

type Fault = Pick<Finding, 'what' | 'slow'>;

export interface FuzzRun {
  readonly corpus: FuzzCorpus;
  readonly seed: number;
  /** Numbers of the inputs to try; input n is the same whoever tries it. */
  readonly indices: Iterable<number>;
  /** Called before each input; a hung one is the last that was named. */
  readonly onInput?: (index: number) => void;
  readonly onFinding: (finding: Finding) => void;
}

/** Larger ones test only how long reading takes. */
const MAX_INPUT = 1 << 20;
const SLOW_MS = 1000;
const LARGE_BYTES = 200 << 20;

/** Tries inputs one after the other. @returns how often each target accepted and refused */
export async function fuzz(run: FuzzRun): Promise<Map<string, { accepted: number; refused: number }>> {
  const counts = new Map<string, { accepted: number; refused: number }>();
  for (const index of run.indices) {
    run.onInput?.(index);
    const { target, input } = inputAt(run, index);
    const outcome = await tryInput(target, input, run.corpus);
    const count = counts.get(target.name) ?? { accepted: 0, refused: 0 };
    counts.set(target.name, count);
    if (outcome === 'accepted' || outcome === 'refused') count[outcome]++;
    else run.onFinding({ target: target.name, index, ...outcome, input });
  }
  return counts;
}

/** The one input of that number. */
export function inputAt(
  { corpus, seed }: Pick<FuzzRun, 'corpus' | 'seed'>,
  index: number,
): { target: FuzzTarget; input: Uint8Array } {
  const dice = random(seed, index);
  const target = chooseTarget(dice.int(totalWeight));
  const seeds = seedsOf(target, corpus);
  const seedBytes = dice.pick(seeds);
  const mutated = target.make?.(dice, corpus) ?? mutators[target.mutator](dice, seedBytes, seeds);
  const input = mutated.length <= MAX_INPUT ? mutated : mutateBytes(dice, seedBytes, seeds);
  return { target, input };
}

/** Runs one target on one input: accepted, refused, or what is wrong with it. */
export async function tryInput(
  target: FuzzTarget,
  input: Uint8Array,
  corpus: FuzzCorpus,
): Promise<'accepted' | 'refused' | Fault> {
  let best = await timed(target, input, corpus);
  // On a busy machine anything may take a second once.
  for (let left = 3; left > 0 && (best.ms > SLOW_MS || best.grown > LARGE_BYTES); left--) {
    const again = await timed(target, input, corpus);
    best = { ...again, ms: Math.min(again.ms, best.ms), grown: Math.min(again.grown, best.grown) };
  }
  if (typeof best.outcome !== 'string') return best.outcome;
  if (best.ms > SLOW_MS) return { what: `takes ${Math.round(best.ms)} ms`, slow: true };
  if (best.grown > LARGE_BYTES) return { what: `takes ${best.grown >> 20} MiB`, slow: true };
  return best.outcome;
}

/** Time is the wall's or the process's processor's, whichever is less: both count others' work, seldom at once. */
async function timed(target: FuzzTarget, input: Uint8Array, corpus: FuzzCorpus) {
  const memory = inUse();
  const start = performance.now();
  const busy = process.cpuUsage();
  const outcome = await judge(target, input, corpus);
  const { user, system } = process.cpuUsage(busy);
  const ms = Math.min(performance.now() - start, (user + system) / 1000);
  return { outcome, ms, grown: inUse() - memory };
}

async function judge(
  target: FuzzTarget,
  input: Uint8Array,
  corpus: FuzzCorpus,
): Promise<'accepted' | 'refused' | Fault> {
  try {
    await target.run(input, corpus);
    return 'accepted';
  } catch (error) {
    if (error instanceof CodedError && error.code !== 'UNEXPECTED_FAULT') return 'refused';
    return { what: error instanceof Error ? (error.stack ?? error.message) : String(error), slow: false };
  }
}

function inUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

const totalWeight = targets.reduce((sum, { weight }) => sum + weight, 0);

function chooseTarget(at: number): FuzzTarget {
  let left = at;
  for (const target of targets) {
    left -= target.weight;
    if (left < 0) return target;
  }
  throw new RangeError('no target');
}

const seedCache = new WeakMap<FuzzCorpus, Map<string, readonly Uint8Array[]>>();

function seedsOf(target: FuzzTarget, corpus: FuzzCorpus): readonly Uint8Array[] {
  const cache = seedCache.get(corpus) ?? new Map<string, readonly Uint8Array[]>();
  seedCache.set(corpus, cache);
  const seeds = cache.get(target.name) ?? target.seeds(corpus);
  cache.set(target.name, seeds);
  return seeds;
}
