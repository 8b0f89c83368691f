import type { FastifyInstance } from 'fastify';
import { pageQuery } from '#shared/api/schemas';
import { requireReader } from '../authenticate.ts';
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
    const reader = await requireReader(context, request);
    const { after, limit = 50 } = parseInput(pageQuery, request.query);
    const device = reader === 'admin' ? undefined : reader.id;
    const page = await packages.list(limit, device, after === undefined ? undefined : parseCursor(after));
    return {
      packages: page.rows.map((row) => packageAnswerOf(row, steps)),
      next: page.next === undefined ? null : formatCursor(page.next),
    };
  });
  app.get<{ Params: PackageParams }>('/packages/:id', async (request) => {
    const reader = await requireReader(context, request);
    const device = reader === 'admin' ? undefined : reader.id;
    const { id } = request.params;
    const row = await packages.get(id);
    if (row !== undefined && (device === undefined || row.device === device))
      return packageAnswerOf(row, steps);
    const upload = row === undefined ? await uploads.receiving(id, device) : undefined;
    if (upload === undefined) throw packageUnknown(id);
    return receivingAnswerOf(upload, steps);
  });
}
