import { closingAnswer } from '#shared/api/schemas';
import type { CaptureRow } from '../store/rows.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';

/** Captures whose number ended without a package, and of which the service has not been told. */
async function untoldClosings({ database }: Pick<FinishingContext, 'database'>): Promise<CaptureRow[]> {
  const ended = await database.captures.where('state').anyOf('failed', 'discarded').toArray();
  return ended.filter(({ closing }) => closing?.told === false);
}

/**
 * Tells the service of every number that ended without a package, so that it does not wait for one. What it refuses is
 * not told again.
 * @returns how many are still to be told: the service is away, or none is paired
 */
export async function tellClosings(context: FinishingContext): Promise<number> {
  const { database, service } = context;
  const untold = await untoldClosings(context);
  if (untold.length === 0 || (await database.service.get('service')) === undefined) return 0;
  for (const [index, { id, sequence, closing }] of untold.entries()) {
    if (closing === undefined) continue;
    const { outcome, journalSeq, journalHead } = closing;
    try {
      const body = { sequence, outcome, journalSeq, journalHead };
      await service.ask({ method: 'POST', path: '/closings', body, answer: closingAnswer });
    } catch (error) {
      const refused = error instanceof PipelineError && error.code === 'SERVICE_REFUSED';
      if (!refused) return untold.length - index;
    }
    await database.captures.update(id, { closing: { ...closing, told: true } });
  }
  return 0;
}
