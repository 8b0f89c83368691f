import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { type Caller, hasScope, organisationOf, standingOf } from '../identity/caller.ts';
import { IdentityError } from '../identity/identity-error.ts';
import { OPERATOR } from '../store/people-migration.ts';
import { isAudited } from './audit.ts';
import { authorisationTable, type Rule } from './authorisation-table.ts';
import { rememberAuthorised } from './caller-of.ts';
import { findSubject, type Subject } from './find-subject.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';
import { identify } from './identify.ts';

function ruleOf(method: string, url: string): Rule | undefined {
  return (
    authorisationTable[`${method} ${url}`] ??
    (method === 'HEAD' ? authorisationTable[`GET ${url}`] : undefined)
  );
}

export interface RegisteredRoute {
  readonly method: string;
  readonly url: string;
}

const registered = new WeakMap<FastifyInstance, RegisteredRoute[]>();

/** Every route of an application that `authorise` guards. */
export function registeredRoutes(app: FastifyInstance): readonly RegisteredRoute[] {
  return registered.get(app) ?? [];
}

/**
 * Holds every route to the authorisation table, and fails closed: a route without a rule is not registered, a request
 * without one is refused, an answer whose audit entry is missing does not leave. Add it before any route.
 */
export function authorise(app: FastifyInstance, context: HttpContext): void {
  const routes: RegisteredRoute[] = [];
  registered.set(app, routes);
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const name of [method].flat()) {
      if (ruleOf(name, url) === undefined)
        throw new TypeError(`${name} ${url} is not in the authorisation table`);
      routes.push({ method: name, url });
    }
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const rule = ruleOf(request.method, request.routeOptions.url ?? '');
    if (rule === undefined) throw forbidden(request);
    const caller: Caller = rule.allow.includes('anyone')
      ? { kind: 'nobody' }
      : await identify(context, request);
    checkRule(request, rule, caller);
    rememberAuthorised(request, { caller, subject: await subjectFor(context, request, rule, caller) });
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.is404 || reply.statusCode >= 400) return;
    const rule = ruleOf(request.method, request.routeOptions.url ?? '');
    // Preflights are answered before they reach a rule.
    if (request.method !== 'OPTIONS' && rule?.audit !== undefined && !isAudited(request, rule.audit))
      throw new TypeError(`${rule.audit} was not recorded`);
  });
}

function checkRule(request: FastifyRequest, rule: Rule, caller: Caller): void {
  if (!rule.allow.includes(standingOf(caller))) throw refusalOf(caller, request);
  if (caller.kind === 'token' && (rule.scope === undefined || !hasScope(caller.token, rule.scope)))
    throw new HttpError('SCOPE_MISSING', 'the token is not for this', { entry: rule.scope ?? 'scope' });
  if (rule.operator === true && organisationOf(caller) !== OPERATOR) throw forbidden(request);
}

async function subjectFor(
  { intake }: HttpContext,
  { params }: FastifyRequest,
  { subject }: Rule,
  caller: Caller,
): Promise<Subject | undefined> {
  if (subject === undefined) return undefined;
  return findSubject(intake.store, caller, subject, (params as { id?: string }).id ?? '');
}

function refusalOf(caller: Caller, request: FastifyRequest): Error {
  if (caller.kind === 'device' && caller.device.revokedAt !== null)
    return new IdentityError('DEVICE_REVOKED', 'the device is revoked', { entry: caller.device.id });
  if (caller.kind === 'device' && caller.device.suspendedAt !== null)
    return new IdentityError(
      'DEVICE_SUSPENDED',
      `the device is suspended: ${caller.device.suspension ?? ''}`,
      { entry: caller.device.id },
    );
  return forbidden(request);
}

function forbidden({ method, routeOptions }: FastifyRequest): HttpError {
  return new HttpError('ROLE_FORBIDDEN', 'not allowed in this role', {
    entry: `${method} ${routeOptions.url ?? ''}`,
  });
}
