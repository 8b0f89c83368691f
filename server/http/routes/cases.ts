import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type CaseAnswer, caseRequest, pageQuery } from '#shared/api/schemas';
import type { Case } from '../../store/cases.ts';
import { audit, markAudited } from '../audit.ts';
import { callerOf, deviceOf } from '../caller-of.ts';
import { formatCursor, parseCursor } from '../cursor.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';

function answerOf({ id, number, title, createdAt }: Case): CaseAnswer {
  return { id, number, title, createdAt: new Date(createdAt).toISOString() };
}

/** GET /cases, newest first, and POST /cases; the same number and title again is the same case. */
export function casesRoute(app: FastifyInstance, context: HttpContext): void {
  const { cases } = context.intake.store;
  app.get('/cases', async (request) => {
    if (callerOf(request).kind === 'device') markAudited(request, 'case-list');
    else await audit(context, request, 'case-list');
    const { after, limit = 50 } = parseInput(pageQuery, request.query);
    const page = await cases.list(limit, after === undefined ? undefined : parseCursor(after));
    return {
      cases: page.rows.map(answerOf),
      next: page.next === undefined ? null : formatCursor(page.next),
    };
  });
  app.post('/cases', async (request, reply) => {
    const device = deviceOf(request);
    const { number, title } = parseInput(caseRequest, request.body);
    const id = randomUUID();
    const createdAt = context.intake.now().getTime();
    const stored = await cases.add({ id, number, title, createdAt, createdBy: device.id });
    if (stored.title !== title)
      throw new HttpError('CASE_NUMBER_TAKEN', 'the case number is taken', { entry: 'number' });
    await audit(context, request, 'case-add', { subject: `case:${stored.id}` });
    return reply.code(stored.id === id ? 201 : 200).send(answerOf(stored));
  });
}
