import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditAction } from '#shared/api/audit-entry';
import { type CaseDetailAnswer, caseChange } from '#shared/api/cases';
import type { Case } from '../../store/cases.ts';
import { audit } from '../audit.ts';
import { subjectOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { isoTime } from '../iso-time.ts';
import { parseInput } from '../parse-input.ts';
import { present } from '../present.ts';

interface CaseParams {
  readonly id: string;
}
interface OfficeParams extends CaseParams {
  readonly office: string;
}

/** GET, PATCH /cases/:id; PUT, DELETE /cases/:id/offices/:office. */
export function caseRoute(app: FastifyInstance, context: HttpContext): void {
  const { cases, organisations } = context.intake.store;
  app.get<{ Params: CaseParams }>('/cases/:id', async (request) => {
    await record(request, 'case-view');
    return answer(request.params.id);
  });
  app.patch<{ Params: CaseParams }>('/cases/:id', async (request) => {
    const { id } = request.params;
    const { version, category, operators, ...given } = parseInput(caseChange, request.body);
    const outcome = await cases.change(id, version, {
      ...present(given),
      ...(category === undefined ? {} : { category: category && JSON.stringify(category) }),
      ...(operators === undefined ? {} : { operators: JSON.stringify(operators) }),
    });
    if (outcome === 'stale')
      throw new HttpError('CASE_VERSION_STALE', 'the case was changed meanwhile; read it again', {
        entry: id,
      });
    if (outcome === 'number-taken')
      throw new HttpError('CASE_NUMBER_TAKEN', 'the case number is taken', { entry: 'number' });
    await record(request, 'case-change', { version: version + 1, fields: Object.keys(given).join(' ') });
    return answer(id);
  });
  app.put<{ Params: OfficeParams }>('/cases/:id/offices/:office', async (request, reply) => {
    const { id, office } = request.params;
    if ((await organisations.get(office))?.kind !== 'notary-office')
      throw new HttpError('OFFICE_UNKNOWN', 'no such notary office', { entry: office });
    await record(request, 'case-share', { office });
    await cases.share(id, office, context.intake.now().getTime());
    return reply.code(204).send();
  });
  app.delete<{ Params: OfficeParams }>('/cases/:id/offices/:office', async (request, reply) => {
    const { id, office } = request.params;
    if (!(await cases.unshare(id, office)))
      throw new HttpError('OFFICE_UNKNOWN', 'the case is not shared with that office', { entry: office });
    await record(request, 'case-unshare', { office });
    return reply.code(204).send();
  });

  function record(
    request: FastifyRequest<{ Params: CaseParams }>,
    action: AuditAction,
    detail: Record<string, string | number> = {},
  ): Promise<void> {
    const { organisation } = subjectOf(request);
    return audit(context, request, action, { organisation, subject: `case:${request.params.id}`, detail });
  }

  async function answer(id: string): Promise<CaseDetailAnswer> {
    const row = await cases.get(id);
    if (row === undefined) throw new TypeError(`case ${id} is gone`);
    return answerOf(row, await cases.offices(id));
  }
}

function answerOf({ createdBy: _, ...row }: Case, offices: readonly string[]): CaseDetailAnswer {
  return {
    ...row,
    category: row.category === null ? null : (JSON.parse(row.category) as CaseDetailAnswer['category']),
    operators: JSON.parse(row.operators) as CaseDetailAnswer['operators'],
    createdAt: isoTime(row.createdAt),
    offices: [...offices],
  };
}
