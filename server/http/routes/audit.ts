import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { auditQuery, entriesQuery } from '#shared/api/cases';
import { canonicalJson } from '#shared/lib/canonical-json';
import { organisationOf } from '../../identity/caller.ts';
import type { AuditTrail } from '../../store/audit-trail.ts';
import { OPERATOR } from '../../store/people-migration.ts';
import { audit } from '../audit.ts';
import { callerOf, subjectOf } from '../caller-of.ts';
import { findPackage, type PackageParams } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { isoTime, isoTimeOrNull } from '../iso-time.ts';
import { parseInput } from '../parse-input.ts';

const BATCH = 500;

/** GET /audit, GET /audit/export of the caller's organisation; GET /packages/:id/custody. */
export function auditRoute(app: FastifyInstance, context: HttpContext): void {
  const { auditTrail } = context.intake.store;
  app.get('/audit', async (request) => {
    const { before = Number.MAX_SAFE_INTEGER, limit = 50 } = parseInput(auditQuery, request.query);
    await audit(context, request, 'audit-view');
    const organisation = organisationOf(callerOf(request)) ?? OPERATOR;
    const entries = await auditTrail.newest(organisation, { before, limit });
    return { entries, next: entries.length < limit ? null : (entries.at(-1)?.seq ?? null) };
  });
  app.get('/audit/export', async (request, reply) => {
    await audit(context, request, 'audit-export');
    const organisation = organisationOf(callerOf(request)) ?? OPERATOR;
    return reply
      .header('content-disposition', 'attachment; filename="audit.jsonl"')
      .type('application/x-ndjson; charset=utf-8')
      .send(Readable.from(lines(auditTrail, organisation)));
  });
  app.get<{ Params: PackageParams }>('/packages/:id/custody', async (request) => {
    const { after = 0, limit = 200 } = parseInput(entriesQuery, request.query);
    const { organisation } = subjectOf(request);
    const row = await findPackage(context, request);
    const subject = `package:${row.id}`;
    await audit(context, request, 'custody-view', { organisation, subject });
    const entries = await auditTrail.read(organisation, { after, limit, subject });
    return {
      package: row.id,
      device: row.device,
      receivedAt: isoTime(row.receivedAt),
      sealedAt: isoTimeOrNull(row.sealedAt),
      sealedSha256: row.sealedSha256,
      entries,
      next: entries.length < limit ? null : (entries.at(-1)?.seq ?? null),
    };
  });
}

/** The whole trail, a batch at a time. */
async function* lines(trail: AuditTrail, organisation: string): AsyncGenerator<string> {
  let after = 0;
  for (;;) {
    const entries = await trail.read(organisation, { after, limit: BATCH });
    if (entries.length > 0) yield entries.map((entry) => `${canonicalJson(entry)}\n`).join('');
    const last = entries.at(-1);
    if (last === undefined || entries.length < BATCH) return;
    after = last.seq;
  }
}
