import * as v from 'valibot';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { isSha256, type Sha256 } from '#shared/lib/sha256';

export const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** UTC ms. */
export const millis = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LAST_INSTANT));
/** Milliseconds between two readings of one clock. */
export const duration = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LAST_INSTANT));
/** As `duration`, in either direction. */
export const difference = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(-LAST_INSTANT),
  v.maxValue(LAST_INSTANT),
);
export const digest = v.custom<Sha256>(isSha256, 'not a SHA-256');
export const deviceId = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
/** An IP literal as the browser or the service writes it. */
export const address = text(64);
