/** The ambient things a journal entry needs; tests give their own. */
export interface Clock {
  /** UTC ms by the device clock. */
  now(): number;
  /** Monotonic ms of this context. */
  mono(): number;
  /**
   * By how many ms the wall clock has moved against the monotonic one since it was last asked; 0 when by less than a
   * second. Being set, corrected, or a machine that slept.
   */
  step(): number;
  /** Tells this context's readings from another's. */
  readonly context: string;
  /** 32 hexadecimal digits, fresh randomness each time. */
  salt(): string;
}
