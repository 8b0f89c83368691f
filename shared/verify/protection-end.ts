import type { StampedTime } from './stamped-time.ts';

/** When something stops vouching, and what it is: a certificate's subject or an algorithm. */
export interface ProtectionEnd {
  /** UTC ms. */
  readonly at: number;
  readonly by: string;
}

/** The earliest of several ends. */
export function earliestEnd(ends: readonly ProtectionEnd[]): ProtectionEnd {
  return ends.reduce((first, end) => (end.at < first.at ? end : first), { at: Infinity, by: '' });
}

/** When the first certificate of a time-stamp's chain runs out: until then a forged token would need a living key. */
export function certificatesEnd({ signer, certificates }: StampedTime): ProtectionEnd {
  return earliestEnd(
    [signer, ...certificates].map(({ notAfter, subject }) => ({ at: notAfter, by: subject.text })),
  );
}
