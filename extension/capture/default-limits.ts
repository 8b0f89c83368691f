import type { CaptureLimits } from './engine.ts';

/** Limits where the request sets none. */
export const defaultLimits: Required<CaptureLimits> = {
  total: 60_000,
  load: 15_000,
  quiet: 4_000,
  scroll: 12_000,
  areas: 30_000,
  height: 100_000,
  body: 100 * 2 ** 20,
};
