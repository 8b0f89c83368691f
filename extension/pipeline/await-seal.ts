import { type PackageAnswer, packageAnswer } from '#shared/api/schemas';
import { receiptSchema } from '#shared/seal/receipt';
import { browserPorts } from '../host/browser-ports.ts';
import { appendJournal } from '../store/append-journal.ts';
import { dropBodies } from '../store/bodies.ts';
import type { CaptureRow } from '../store/rows.ts';
import { endSteps, enterStep, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import { verifyReceipt } from './verify-receipt.ts';

/** Quick at first, since a trial service seals within a second or two. */
const POLLS_MS = [100, 150, 200, 250, 250, 250, 250, 500, 500, 500, 1000] as const;
const SLOW_POLL_MS = 2000;
/** After this long without a change the job waits for its next turn. */
const POLLS = 60;

/**
 * Watches the service verify and seal, then keeps its signed receipt and compares it with our own bundle.
 * @returns `later` when the service is still at it
 * @throws PipelineError SEALED_BUNDLE_DIFFERS, RECEIPT_INVALID and as `requestService`
 */
export async function awaitSeal(
  context: FinishingContext,
  capture: CaptureRow,
): Promise<'later' | undefined> {
  const { service, sleep } = context;
  let shown = '';
  for (let quiet = 0; quiet < POLLS; quiet++) {
    const answer = await service.ask({
      method: 'GET',
      path: `/packages/${capture.packageId ?? ''}`,
      answer: packageAnswer,
    });
    const text = JSON.stringify(answer);
    if (text !== shown) {
      await showAnswer(context, capture, answer);
      quiet = 0;
    }
    shown = text;
    if (answer.state === 'sealed' || answer.state === 'refused') {
      await keepReceipt(context, capture, answer);
      return undefined;
    }
    await sleep(POLLS_MS[quiet] ?? SLOW_POLL_MS);
  }
  return 'later';
}

async function showAnswer(
  { database, clock }: FinishingContext,
  { id }: CaptureRow,
  answer: PackageAnswer,
): Promise<void> {
  const sealing = answer.state === 'sealing' || answer.state === 'waiting' || answer.state === 'sealed';
  const progress = sealing ? { done: answer.done.length, total: answer.steps.length } : {};
  await enterStep(database, clock, id, sealing ? 'seal' : 'intake', { at: answer.state, ...progress });
  await updateCapture(database, clock, id, { package: answer });
}

/** Receipt, final state and their journal entries are one transaction. */
async function keepReceipt(
  { database, clock, service }: FinishingContext,
  { id, bundle, packageId }: CaptureRow,
  answer: PackageAnswer,
): Promise<void> {
  if (bundle === undefined || packageId === undefined)
    throw new PipelineError('BUNDLE_FAILED', `${id} has no bundle`, { entry: id });
  const receipt = await service.ask({
    method: 'GET',
    path: `/packages/${packageId}/receipt`,
    answer: receiptSchema,
  });
  const { trust } = await service.service();
  await verifyReceipt(browserPorts, receipt, { packageId, bundle, trust });
  const accepted = answer.state === 'sealed' && receipt.receipt.verdict === 'accepted';
  const refusal = answer.refusal ?? receipt.receipt.refusal;
  const { receipts, captures, journal, jobs } = database;
  await database.transaction('rw', [receipts, captures, journal, jobs], async () => {
    await receipts.put({ capture: id, receipt });
    const { verdict, receivedAt } = receipt.receipt;
    await appendJournal(database, clock, 'receipt-received', { capture: id, verdict, receivedAt });
    const now = clock.now();
    await updateCapture(
      database,
      clock,
      id,
      (row) =>
        accepted
          ? { state: 'sealed', steps: endSteps(row.steps, now) }
          : { state: 'refused', steps: endSteps(row.steps, now), error: refusalError(refusal) },
      accepted ? { event: 'capture-completed', detail: { package: packageId } } : undefined,
    );
  });
  if (accepted) await dropBodies(database, id);
}

function refusalError(refusal: { readonly code: string; readonly entry: string | null } | null) {
  const { code, entry } = refusal ?? { code: 'UNKNOWN', entry: null };
  return {
    code: 'BUNDLE_REFUSED',
    message: `the service refused the bundle: ${code}`,
    entry: entry === null ? code : `${code} ${entry}`,
  } as const;
}
