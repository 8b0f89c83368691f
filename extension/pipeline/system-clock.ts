import { toHex } from '#shared/lib/hex';
import type { Clock } from '../store/clock.ts';

/** The device's own clocks and randomness. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  salt: () => toHex(crypto.getRandomValues(new Uint8Array(16))),
};
