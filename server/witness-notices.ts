import type { WitnessError } from './log/witness-error.ts';

/** A witness that stays away fails every two seconds; it is named again after this long. */
const REPEAT_MS = 60_000;

/**
 * Says which witness does not cosign, and why, without filling the log.
 * @param write takes one line, ending in a line feed.
 * @param clock monotonic milliseconds.
 */
export function witnessNotices(
  write: (line: string) => void,
  clock = () => performance.now(),
): (error: WitnessError) => void {
  const said = new Map<string, number>();
  return ({ code, entry = '', message }) => {
    const key = `${entry} ${code}`;
    const before = said.get(key);
    if (before !== undefined && clock() - before < REPEAT_MS) return;
    said.set(key, clock());
    write(`! witness ${entry}: ${code}: ${message}\n`);
  };
}
