import type { TimeStampAuthority } from './trust.ts';
import { TrustError } from './trust-error.ts';

/** A token and who gave it. */
export interface CollectedStamp {
  readonly authority: TimeStampAuthority;
  /** TimeStampResp, DER. */
  readonly token: Uint8Array;
}

/** An authority that has not answered by then is joined by the next one; whoever answers first counts. */
const PATIENCE_MS = 2000;

/**
 * Has a SHA-256 digest stamped by `required` different authorities. The first ones in order are asked at once; each
 * one that fails or takes long is joined by the next, so that one that hangs delays nobody and costs nothing but a
 * spare token.
 * @returns in the order of `authorities`.
 * @throws TrustError TOO_FEW_TIME_STAMPS when all have been asked; its cause is an AggregateError of what they threw.
 */
export function collectStamps(
  authorities: readonly TimeStampAuthority[],
  digest: Uint8Array,
  { required = 1, patienceMs = PATIENCE_MS }: { required?: number; patienceMs?: number } = {},
): Promise<CollectedStamp[]> {
  const waiting = [...authorities];
  const stamps: CollectedStamp[] = [];
  const failures: unknown[] = [];
  return new Promise((resolve, reject) => {
    let asked = 0;
    const settle = () => {
      if (stamps.length >= required) {
        const place = ({ authority }: CollectedStamp) => authorities.indexOf(authority);
        resolve(stamps.slice(0, required).sort((a, b) => place(a) - place(b)));
      } else if (asked === 0 && waiting.length === 0) reject(tooFew(stamps.length, required, failures));
    };
    const ask = () => {
      const authority = stamps.length < required ? waiting.shift() : undefined;
      if (authority === undefined) return;
      asked += 1;
      const timer = setTimeout(ask, patienceMs);
      const done = () => {
        clearTimeout(timer);
        asked -= 1;
      };
      authority.stamp(digest).then(
        (token) => {
          done();
          stamps.push({ authority, token });
          settle();
        },
        (error: unknown) => {
          done();
          failures.push(error);
          ask();
          settle();
        },
      );
    };
    for (let n = 0; n < required; n++) ask();
    settle();
  });
}

function tooFew(count: number, required: number, failures: readonly unknown[]): TrustError {
  const why = failures.map((error) => (error instanceof Error ? error.message : String(error)));
  return new TrustError(
    'TOO_FEW_TIME_STAMPS',
    `${count} of ${required} time-stamp authorities answered (${why.join('; ')})`,
    { cause: new AggregateError(failures, 'time-stamp authorities failed') },
  );
}
