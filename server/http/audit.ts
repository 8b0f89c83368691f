import type { FastifyRequest } from 'fastify';
import type { AuditAction, AuditEntry } from '#shared/api/audit-entry';
import { type Caller, organisationOf, standingOf } from '../identity/caller.ts';
import type { AuditRecord } from '../store/audit-trail.ts';
import { OPERATOR } from '../store/people-migration.ts';
import { callerOf } from './caller-of.ts';
import type { HttpContext } from './http-context.ts';

const audited = new WeakMap<FastifyRequest, Set<AuditAction>>();

export interface Audited {
  /** In whose trail: the owner of the subject; by default the caller's organisation. */
  readonly organisation?: string;
  /** `<kind>:<id>` */
  readonly subject?: string;
  readonly detail?: AuditEntry['detail'];
  /** Who did it, where signing in has only just told. */
  readonly actor?: Caller;
}

/** Records what a request does; on return the entry is on disk, so that only then its answer may leave. */
export async function audit(
  { intake }: HttpContext,
  request: FastifyRequest,
  action: AuditAction,
  { organisation, subject, detail = {}, actor = callerOf(request) }: Audited = {},
): Promise<void> {
  await intake.store.auditTrail.append(
    auditRecordOf(intake.now(), actor, action, { organisation, subject, detail }),
  );
  markAudited(request, action);
}

/** An entry that is to be appended in one transaction with what it tells of; then call `markAudited`. */
export function auditRecordOf(
  at: Date,
  actor: Caller,
  action: AuditAction,
  {
    organisation,
    subject,
    detail = {},
  }: { [K in 'organisation' | 'subject' | 'detail']?: Audited[K] | undefined },
): AuditRecord {
  return {
    organisation: organisation ?? organisationOf(actor) ?? OPERATOR,
    at: at.toISOString(),
    actor: actorOf(actor),
    action,
    subject: subject ?? null,
    detail,
  };
}

/** For what is no act of a person: a device asking for what it sent itself. */
export function markAudited(request: FastifyRequest, action: AuditAction): void {
  const actions = audited.get(request) ?? new Set();
  audited.set(request, actions.add(action));
}

export function isAudited(request: FastifyRequest, action: AuditAction): boolean {
  return audited.get(request)?.has(action) ?? false;
}

function actorOf(caller: Caller): AuditEntry['actor'] {
  const { kind } = caller;
  const organisation = organisationOf(caller) ?? null;
  switch (caller.kind) {
    case 'nobody':
    case 'system':
      return { kind, id: null, name: null, role: null, organisation };
    case 'device':
      return { kind, id: caller.device.id, name: caller.device.name, role: null, organisation };
    case 'user':
      return { kind, id: caller.user.id, name: caller.user.name, role: standingOf(caller), organisation };
    case 'token':
      return { kind, id: caller.token.id, name: caller.user.name, role: standingOf(caller), organisation };
  }
}
