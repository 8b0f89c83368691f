import * as v from 'valibot';
import { wholeNumber } from './values.ts';

/** `secondLook`: whether the service looks at the captured host itself, and compares what two officers captured. */
export const secondLookSection = v.strictObject({
  /** Off: the service connects to nothing but its own time-stamp services and witnesses. */
  enabled: v.optional(v.boolean(), false),
  /** For name and connection together. */
  timeoutSeconds: v.optional(v.pipe(wholeNumber(60), v.minValue(1)), 10),
});
export type SecondLookSettings = v.InferOutput<typeof secondLookSection>;

export const defaultSecondLook: SecondLookSettings = v.parse(secondLookSection, {});
