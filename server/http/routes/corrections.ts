import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { assignmentRequest, type CorrectionFile } from '#shared/api/cases';
import type { Sha256 } from '#shared/lib/sha256';
import { issueCorrection } from '../../intake/issue-correction.ts';
import { audit } from '../audit.ts';
import { subjectOf, userOf } from '../caller-of.ts';
import { findSealedPackage, type PackageParams } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';

type Named = CorrectionFile['correction']['from'];

/**
 * POST /packages/:id/case: puts a sealed package into a case, out of one, or into another, by a signed correction
 * record (before the seal the extension journals it). GET /packages/:id/corrections.
 */
export function correctionsRoute(app: FastifyInstance, context: HttpContext): void {
  const { cases, corrections } = context.intake.store;
  app.post<{ Params: PackageParams }>('/packages/:id/case', async (request, reply) => {
    const { case: target, reason } = parseInput(assignmentRequest, request.body);
    const { id, caseId, sealedSha256, organisation } = await findSealedPackage(context, request);
    const [from, to] = [await named(caseId), await named(target)];
    if (target !== null && (to === null || (await cases.get(target))?.organisation !== organisation))
      throw new HttpError('CASE_UNKNOWN', 'no such case', { entry: target });
    if (caseId === target)
      throw new HttpError('CASE_UNCHANGED', 'the package is there already', { entry: id });
    const user = userOf(request);
    const at = context.intake.now();
    const file = await issueCorrection(context.intake, {
      version: 1,
      package: id,
      sealed: sealedSha256 as Sha256,
      from,
      to,
      reason,
      by: { id: user.id, name: user.name, displayName: user.displayName },
      at: at.toISOString(),
    });
    const row = { id: randomUUID(), package: id, at: at.getTime(), record: JSON.stringify(file) };
    if (!(await corrections.assign(row, caseId, target)))
      throw new HttpError('CASE_VERSION_STALE', 'the package was assigned meanwhile', { entry: id });
    await audit(context, request, 'package-assign', {
      organisation: subjectOf(request).organisation,
      subject: `package:${id}`,
      detail: { from: caseId, to: target, reason },
    });
    return reply.code(201).send(file);
  });
  app.get<{ Params: PackageParams }>('/packages/:id/corrections', async (request) => {
    const { organisation } = subjectOf(request);
    const { id } = request.params;
    await audit(context, request, 'package-view', { organisation, subject: `package:${id}` });
    const rows = await corrections.list(id);
    return { corrections: rows.map(({ record }) => JSON.parse(record) as CorrectionFile) };
  });

  async function named(id: string | null): Promise<Named> {
    const row = id === null ? undefined : await cases.get(id);
    return row === undefined ? null : { id: row.id, number: row.number };
  }
}
