import type { FastifyInstance } from 'fastify';
import { pageQuery } from '#shared/api/schemas';
import { audit, markAudited } from '../audit.ts';
import { callerOf, subjectOf } from '../caller-of.ts';
import { formatCursor, parseCursor } from '../cursor.ts';
import { type PackageParams, packageUnknown } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { packageAnswerOf, receivingAnswerOf } from '../package-answer.ts';
import { parseInput } from '../parse-input.ts';

/** GET /packages, newest first, and GET /packages/:id, from its first uploaded byte on. */
export function packagesRoute(app: FastifyInstance, context: HttpContext): void {
  const { packages, uploads } = context.intake.store;
  const steps = context.sealSteps;
  app.get('/packages', async (request) => {
    const caller = callerOf(request);
    const { after, limit = 50 } = parseInput(pageQuery, request.query);
    if (caller.kind === 'device') markAudited(request, 'package-list');
    else await audit(context, request, 'package-list');
    const device = caller.kind === 'device' ? caller.device.id : undefined;
    const page = await packages.list(limit, device, after === undefined ? undefined : parseCursor(after));
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
