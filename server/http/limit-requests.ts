import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from '../config/limits-section.ts';
import { organisationOf } from '../identity/caller.ts';
import { authorisedCaller } from './caller-of.ts';
import { HttpError } from './http-error.ts';

const WINDOW_MS = 60_000;

/**
 * Counts the requests of each device, and of each organisation, by the minute. Every answer says what is left
 * (`ratelimit-limit`, `-remaining`, `-reset` in seconds); beyond it 429 with `retry-after`. Register the rate limiter
 * and the authorisation before.
 */
export function limitRequests(app: FastifyInstance, limits: Limits): void {
  const counter = (max: number, keyOf: (request: FastifyRequest) => string) =>
    app.createRateLimit({ max, timeWindow: WINDOW_MS, keyGenerator: keyOf });
  const ofDevice = counter(limits.deviceRequestsPerMinute, (request) => `device:${deviceOf(request)}`);
  const ofOrganisation = counter(
    limits.organisationRequestsPerMinute,
    (request) => `organisation:${organisationIdOf(request)}`,
  );
  app.addHook('onRequest', async (request, reply) => {
    if (deviceOf(request) !== undefined) say(reply, 'device', await ofDevice(request));
    if (organisationIdOf(request) !== undefined) say(reply, 'organisation', await ofOrganisation(request));
  });
}

function say(
  reply: FastifyReply,
  of: 'device' | 'organisation',
  state: Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>,
): void {
  if (state.isAllowed) return;
  const known = Number(reply.getHeader('ratelimit-remaining') ?? Number.POSITIVE_INFINITY);
  if (state.remaining < known)
    reply
      .header('ratelimit-limit', state.max)
      .header('ratelimit-remaining', state.remaining)
      .header('ratelimit-reset', state.ttlInSeconds);
  if (!state.isExceeded) return;
  reply.header('retry-after', state.ttlInSeconds);
  throw new HttpError('TOO_MANY_REQUESTS', `too many requests; again in ${state.ttlInSeconds} s`, {
    entry: of,
  });
}

function deviceOf(request: FastifyRequest): string | undefined {
  const caller = authorisedCaller(request);
  return caller?.kind === 'device' ? caller.device.id : undefined;
}

function organisationIdOf(request: FastifyRequest): string | undefined {
  const caller = authorisedCaller(request);
  return caller === undefined ? undefined : organisationOf(caller);
}
