/** Two clocks that differ by more than this, in ms, do not tell the same time; less is noise of networks and timers. */
export const CLOCK_TOLERANCE_MS = 2000;
