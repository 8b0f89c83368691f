import * as v from 'valibot';
import { LogError } from '#shared/log/log-error';
import { parseVerifierKey } from '#shared/log/verifier-key';
import { httpUrl } from './values.ts';

/** A verifier key of a witness (C2SP tlog-cosignature). */
const witnessKey = v.pipe(
  v.string(),
  v.check((text) => isWitnessKey(text), 'not the verifier key of a witness'),
);

/** `log`: who cosigns the checkpoints of the log. */
export const logSection = v.pipe(
  v.strictObject({
    /** None: 可分叉. */
    witnesses: v.optional(v.array(v.strictObject({ url: httpUrl, vkey: witnessKey })), []),
    /** Cosignatures without which nothing is logged, anchored or sealed. */
    threshold: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  }),
  v.check(({ witnesses, threshold }) => threshold <= witnesses.length, 'threshold exceeds the witnesses'),
  v.check(
    ({ witnesses }) => new Set(witnesses.map(({ vkey }) => vkey)).size === witnesses.length,
    'a witness is named twice',
  ),
);
export type LogSettings = v.InferOutput<typeof logSection>;

function isWitnessKey(text: string): boolean {
  try {
    return parseVerifierKey(text).kind === 'witness';
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
