import * as v from 'valibot';
import { wholeNumber } from './values.ts';

const GIB = 2 ** 30;
const bytes = (byDefault: number) => v.optional(wholeNumber(2 ** 50), byDefault);
const count = (byDefault: number) => v.optional(v.pipe(wholeNumber(10 ** 9), v.minValue(1)), byDefault);

/** `limits`: what one device, and all devices of one organisation together, may ask for. */
export const limitsSection = v.strictObject({
  /** Bytes of uploads begun within any 24 hours. */
  deviceBytesPerDay: bytes(200 * GIB),
  organisationBytesPerDay: bytes(16_384 * GIB),
  /** Uploads begun and not finished. */
  deviceOpenUploads: count(200),
  organisationOpenUploads: count(5000),
  deviceRequestsPerMinute: count(6000),
  organisationRequestsPerMinute: count(60_000),
});
export type Limits = v.InferOutput<typeof limitsSection>;

export const defaultLimits: Limits = v.parse(limitsSection, {});
