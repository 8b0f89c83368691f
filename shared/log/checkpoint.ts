import { toBase64 } from '#shared/lib/base64';
import { parseBase64Hash } from './base64-hash.ts';
import { parseDecimal } from './decimal.ts';
import { LogError } from './log-error.ts';

/** A tree head as a log signs it (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines, opaque; our own log writes none. */
  readonly extensions: readonly string[];
}

/** The note text of a checkpoint: origin, size, root, extension lines; each line ends in a line feed. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return [origin, String(size), toBase64(root), ...extensions].map((line) => `${line}\n`).join('');
}

/**
 * Strict inverse of `formatCheckpoint`.
 * @param text the text of a signed note, signatures removed.
 * @throws LogError CHECKPOINT_MALFORMED
 */
export function parseCheckpoint(text: string): Checkpoint {
  const code = 'CHECKPOINT_MALFORMED';
  const lines = text.split('\n');
  const [origin = '', size = '', root = '', ...extensions] = lines.slice(0, -1);
  if (lines.length < 4 || lines.at(-1) !== '' || lines.slice(0, -1).includes(''))
    throw new LogError(code, 'checkpoint is not at least three lines, none of them empty');
  return {
    origin,
    size: parseDecimal(size, 'tree size', code),
    root: parseBase64Hash(root, 'root hash', code),
    extensions,
  };
}
