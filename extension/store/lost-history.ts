/** Numbers that were given out and of which the database knows nothing any more. */
export interface LostHistory {
  /** Whose numbers: this device, or the one that was here before. */
  readonly device: string;
  /** Numbers up to here are still known; 0 when none is. */
  readonly known: number;
  readonly last: number;
  /** Those among the unknown that held evidence no package has. */
  readonly unsealed: readonly { readonly from: number; readonly to: number }[];
  /** UTC ms of the newest time at which it was known to be so. */
  readonly at: number;
}

/** A loss as the journal tells it. */
export function lostDetail({ device, known, last, unsealed, at }: LostHistory) {
  return { device, known, last, unsealed: unsealed.map(({ from, to }) => [from, to]), at };
}
