import type { FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.ts';
import type { Device } from '../store/devices.ts';
import type { User } from '../store/users.ts';
import type { Subject } from './find-subject.ts';

interface Authorised {
  readonly caller: Caller;
  readonly subject: Subject | undefined;
}

const authorised = new WeakMap<FastifyRequest, Authorised>();

/** Called by the authorisation hook alone, once a request has been let through. */
export function rememberAuthorised(request: FastifyRequest, who: Authorised): void {
  authorised.set(request, who);
}

/** Who sent a request that the authorisation table let through; `nobody` on routes open to anyone. */
export function callerOf(request: FastifyRequest): Caller {
  return authorisedOf(request).caller;
}

/** As `callerOf`; `undefined` where no route was found to authorise it for. */
export function authorisedCaller(request: FastifyRequest): Caller | undefined {
  return authorised.get(request)?.caller;
}

/** What the `:id` of a route with a subject names. */
export function subjectOf(request: FastifyRequest): Subject {
  const { subject } = authorisedOf(request);
  if (subject === undefined) throw new TypeError('the route has no subject in the authorisation table');
  return subject;
}

function authorisedOf(request: FastifyRequest): Authorised {
  const found = authorised.get(request);
  if (found === undefined) throw new TypeError('the request was not authorised');
  return found;
}

/** The device behind a request of a route that only devices may use. */
export function deviceOf(request: FastifyRequest): Device {
  const caller = callerOf(request);
  if (caller.kind !== 'device') throw new TypeError('the route is open to others than devices');
  return caller.device;
}

/** The person behind a request of a route that only people may use. */
export function userOf(request: FastifyRequest): User {
  const caller = callerOf(request);
  if (caller.kind !== 'user' && caller.kind !== 'token')
    throw new TypeError('the route is open to others than people');
  return caller.user;
}

/** The session of a person's browser; `undefined` for others. */
export function sessionIdOf(request: FastifyRequest): string | undefined {
  const caller = callerOf(request);
  return caller.kind === 'user' ? caller.session : undefined;
}
