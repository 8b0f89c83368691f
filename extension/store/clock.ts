/** The ambient things a journal entry needs; tests give their own. */
export interface Clock {
  /** UTC ms by the device clock. */
  now(): number;
  /** Monotonic ms of this context. */
  mono(): number;
  /** 32 hexadecimal digits, fresh randomness each time. */
  salt(): string;
}
