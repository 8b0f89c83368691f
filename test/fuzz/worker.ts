import { parentPort, workerData } from 'node:worker_threads';
import type { FuzzCorpus } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import { ownThread } from './thread-time.ts';

/** What the main thread gives a worker. */
export interface FuzzTask {
  readonly corpus: FuzzCorpus;
  readonly seed: number;
  /** The inputs `from`, `from + step`, … below `count`. */
  readonly from: number;
  readonly step: number;
  readonly count: number;
  /** Two numbers: the input being tried, and the thread that tries it (`ownThread`). */
  readonly progress: SharedArrayBuffer;
}

const { corpus, seed, from, step, count, progress } = workerData as FuzzTask;
const current = new Float64Array(progress);
current[1] = ownThread();

function* indices(): Generator<number> {
  for (let index = from; index < count; index += step) yield index;
}

const counts = await fuzz({
  corpus,
  seed,
  indices: indices(),
  onInput: (index) => {
    current[0] = index;
  },
  onFinding: (finding) => parentPort?.postMessage({ finding }),
});
current[0] = count;
parentPort?.postMessage({ counts });
