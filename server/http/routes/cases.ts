import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { casesQuery, newCaseRequest } from '#shared/api/cases';
import type { CaseAnswer } from '#shared/api/schemas';
import { organisationOf } from '../../identity/caller.ts';
import type { Case } from '../../store/cases.ts';
import { OPERATOR } from '../../store/people-migration.ts';
import { audit, markAudited } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import { formatCursor, parseCursor } from '../cursor.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';
import { scopeOf } from '../scope-of.ts';

function answerOf({ id, number, title, createdAt }: Case): CaseAnswer {
  return { id, number, title, createdAt: new Date(createdAt).toISOString() };
}

/** GET /cases, newest first or by number, and POST /cases; the same number and title again is the same case. */
export function casesRoute(app: FastifyInstance, context: HttpContext): void {
  const { cases } = context.intake.store;
  app.get('/cases', async (request) => {
    const { after, limit = 50, number } = parseInput(casesQuery, request.query);
    const caller = callerOf(request);
    // A device lists the cases its operator may choose from; that is no view of them.
    if (caller.kind === 'device') markAudited(request, 'case-list');
    else await audit(context, request, 'case-list', { detail: { number: number ?? null } });
    const cursor = after === undefined ? undefined : parseCursor(after);
    const scope = scopeOf(caller);
    const page =
      number === undefined
        ? await cases.list(scope, limit, cursor)
        : await cases.search(scope, number, limit, cursor);
    return {
      cases: page.rows.map(answerOf),
      next: page.next === undefined ? null : formatCursor(page.next),
    };
  });
  app.post('/cases', async (request, reply) => {
    const caller = callerOf(request);
    const { category = null, operators = [], ...fields } = parseInput(newCaseRequest, request.body);
    const row: Case = {
      id: randomUUID(),
      organisation: organisationOf(caller) ?? OPERATOR,
      number: fields.number,
      title: fields.title,
      cause: fields.cause ?? '',
      source: fields.source ?? '',
      legalBasis: fields.legalBasis ?? '',
      category: category === null ? null : JSON.stringify(category),
      operators: JSON.stringify(operators),
      retainUntil: fields.retainUntil ?? null,
      hold: null,
      version: 1,
      createdAt: context.intake.now().getTime(),
      createdBy: caller.kind === 'device' ? caller.device.id : 'user' in caller ? caller.user.id : 'system',
    };
    const stored = await cases.add(row);
    if (stored.title !== row.title)
      throw new HttpError('CASE_NUMBER_TAKEN', 'the case number is taken', { entry: 'number' });
    await audit(context, request, 'case-add', { subject: `case:${stored.id}` });
    return reply.code(stored.id === row.id ? 201 : 200).send(answerOf(stored));
  });
}
