import type { RateLimitOptions } from '@fastify/rate-limit';
import { deviceOf } from './caller-of.ts';

/** At most `max` requests a minute from one device, wherever it asks from; for routes that only devices may use. */
export function perDevice(max: number): RateLimitOptions {
  return { max, timeWindow: '1 minute', keyGenerator: (request) => `device ${deviceOf(request).id}` };
}
