import * as v from 'valibot';
import { caseAnswer, caseRequest, casesAnswer } from '#shared/api/schemas';
import type { CaseRow } from '../store/rows.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';

/**
 * The service's cases, newest first; also kept here so that a device without its service can still name them.
 * When the service cannot be reached the kept ones are the answer.
 * @throws PipelineError as `requestService`, save SERVICE_UNREACHABLE and NOT_PAIRED
 */
export async function listCases({ database, service }: FinishingContext): Promise<CaseRow[]> {
  try {
    const { cases } = await service.ask({ method: 'GET', path: '/cases', answer: casesAnswer });
    const rows = cases.map(caseRow);
    await database.cases.bulkPut(rows);
  } catch (error) {
    const away = error instanceof PipelineError && /^(?:SERVICE_UNREACHABLE|NOT_PAIRED)$/.test(error.code);
    if (!away) throw error;
  }
  return await database.cases.orderBy('createdAt').reverse().toArray();
}

/** Makes a case on the service. @throws PipelineError REQUEST_MALFORMED and those of `requestService` */
export async function createCase(
  { database, service }: FinishingContext,
  request: { number: string; title: string },
): Promise<CaseRow> {
  const body = v.safeParse(caseRequest, request);
  if (!body.success)
    throw new PipelineError('REQUEST_MALFORMED', 'a case needs a number', {
      entry: v.getDotPath(body.issues[0]) ?? 'number',
    });
  const row = caseRow(
    await service.ask({ method: 'POST', path: '/cases', body: body.output, answer: caseAnswer }),
  );
  await database.cases.put(row);
  return row;
}

function caseRow(answer: v.InferOutput<typeof caseAnswer>): CaseRow {
  const { id, number, title, createdAt } = answer;
  return { id, number, title, createdAt: Date.parse(createdAt) };
}
