import type { FastifyInstance } from 'fastify';
import { packagesQuery } from '#shared/api/cases';
import type { PackageScope } from '../../store/package-search.ts';
import { audit, markAudited } from '../audit.ts';
import { callerOf, subjectOf } from '../caller-of.ts';
import { formatCursor, parseCursor } from '../cursor.ts';
import { type PackageParams, packageUnknown } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { packageAnswerOf, receivingAnswerOf } from '../package-answer.ts';
import { packageFilterOf } from '../package-filter.ts';
import { parseInput } from '../parse-input.ts';
import { present } from '../present.ts';
import { scopeOf } from '../scope-of.ts';

/** GET /packages, newest first, by what is asked for, and GET /packages/:id, from its first uploaded byte on. */
export function packagesRoute(app: FastifyInstance, context: HttpContext): void {
  const { store } = context.intake;
  const { packages, packageSearch, uploads } = store;
  const steps = context.sealSteps;
  app.get('/packages', async (request) => {
    const caller = callerOf(request);
    const query = parseInput(packagesQuery, request.query);
    if (caller.kind === 'device') markAudited(request, 'package-list');
    else await audit(context, request, 'package-list', { detail: present(query) });
    const filter = await packageFilterOf(store, caller, query);
    if (filter === undefined) return { packages: [], next: null };
    const { after, limit = 50 } = query;
    const scope: PackageScope = caller.kind === 'device' ? { device: caller.device.id } : scopeOf(caller);
    const page = await packageSearch.find(
      scope,
      filter,
      limit,
      after === undefined ? undefined : parseCursor(after),
    );
    return {
      packages: page.rows.map((row) => packageAnswerOf(row, steps)),
      next: page.next === undefined ? null : formatCursor(page.next),
    };
  });
  app.get<{ Params: PackageParams }>('/packages/:id', async (request) => {
    const { id } = request.params;
    const { organisation } = subjectOf(request);
    // A device follows what it has sent itself; that is no view of evidence.
    if (callerOf(request).kind === 'device') markAudited(request, 'package-view');
    else await audit(context, request, 'package-view', { organisation, subject: `package:${id}` });
    const row = await packages.get(id);
    if (row !== undefined) return packageAnswerOf(row, steps);
    const upload = await uploads.receiving(id);
    if (upload === undefined) throw packageUnknown(id);
    return receivingAnswerOf(upload, steps);
  });
}
