import { setTimeout as sleep } from 'node:timers/promises';
import { TrustError } from './trust-error.ts';

/** Clocks of several computers differ by a few seconds without anything being wrong. */
const MAX_WAIT_MS = 10_000;
const STEP_MS = 100;

/**
 * Waits until the clock has reached the second of `since` (UTC ms): what is produced from then on is not older than
 * what another clock dated `since`.
 * @throws TrustError CLOCK_BEHIND when that takes more than ten seconds
 */
export async function untilSecond(now: () => number, since: number): Promise<void> {
  const second = since - (since % 1000);
  for (let waited = 0; now() < second; waited += STEP_MS) {
    const behind = second - now();
    if (waited + behind > MAX_WAIT_MS)
      throw new TrustError('CLOCK_BEHIND', `the clock is ${behind} ms behind the time-stamp authority's`);
    await sleep(STEP_MS);
  }
}
