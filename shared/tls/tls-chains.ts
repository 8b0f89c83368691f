import * as v from 'valibot';
import { fromBase64 } from '#shared/lib/base64';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import type { RootVerdict } from './judge-chain.ts';

const verdicts = ['public-root', 'private-root', 'not-checked'] as const satisfies readonly RootVerdict[];
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));

function isBase64(encoded: string): boolean {
  try {
    return fromBase64(encoded).length > 0;
  } catch {
    return false;
  }
}

/**
 * `evidence/tls-chains.json`. A browser hands out the certificate of an origin, not of a request: `responses` says for
 * each secured response whether the leaf agrees with what was stated for that very request (`this-request`), or is
 * only known to be one of the same origin.
 */
export const tlsChainsSchema = v.strictObject({
  version: v.literal(1),
  /** UTC ms by the device clock. */
  judgedAt: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LAST_INSTANT)),
  /** Which list of public roots it was judged by. */
  roots: text(200),
  origins: v.array(
    v.strictObject({
      origin: text(2000),
      /** DER in base64, leaf first. */
      chain: v.pipe(
        v.array(v.pipe(text(100_000), v.check(isBase64, 'not base64'))),
        v.minLength(1),
        v.maxLength(20),
      ),
      verdict: v.picklist(verdicts),
      detail: text(500),
    }),
  ),
  responses: v.array(
    v.strictObject({ url: text(2000), certificate: v.picklist(['this-request', 'this-origin']) }),
  ),
});
export type TlsChains = v.InferOutput<typeof tlsChainsSchema>;
