import type { FuzzCorpus } from './corpus.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateDer } from './mutate-der.ts';
import { mutateJson } from './mutate-json.ts';
import { mutateText } from './mutate-text.ts';
import { mutateZip } from './mutate-zip.ts';
import type { Random } from './random.ts';

/** How inputs are made from seeds. */
export const mutators = {
  bytes: mutateBytes,
  der: mutateDer,
  json: mutateJson,
  text: mutateText,
  zip: mutateZip,
} satisfies Record<string, (random: Random, bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array>;

/** One reader under test. */
export interface FuzzTarget {
  /** Kebab-case; names saved inputs. */
  readonly name: string;
  /** How often it is chosen: slow ones seldom. */
  readonly weight: number;
  readonly mutator: keyof typeof mutators;
  seeds(corpus: FuzzCorpus): readonly Uint8Array[];
  /** Makes an input where one seed with one mutator is not enough. */
  make?(random: Random, corpus: FuzzCorpus): Uint8Array;
  /** Returns when the input is accepted; throws a CodedError when it is refused. Anything else is a finding. */
  run(bytes: Uint8Array, corpus: FuzzCorpus): unknown;
}

/** The bytes at a path of the corpus; a path that is missing is a mistake of ours. */
export function seedAt(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes === undefined) throw new TypeError(`the corpus has no ${path}`);
  return bytes;
}
