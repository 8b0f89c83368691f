import { toHex } from '#shared/lib/hex';
import type { Clock } from '../store/clock.ts';
import { clockStep } from './clock-step.ts';

const wall = () => Date.now();
const monotonic = () => performance.now();

const salt = () => toHex(crypto.getRandomValues(new Uint8Array(16)));

/** The device's own clocks and randomness. */
export const systemClock: Clock = {
  now: wall,
  mono: monotonic,
  step: clockStep(wall, monotonic),
  context: salt(),
  salt,
};
