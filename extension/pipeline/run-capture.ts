import type { NotCapturedReason } from '#shared/artefact/not-captured';
import type { ErrorCode } from '#shared/view/error-code';
import { defaultLimits } from '../capture/default-limits.ts';
import type { CaptureOutcome } from '../capture/engine.ts';
import { browserPorts } from '../host/browser-ports.ts';
import type { CaptureRow, JournalRow } from '../store/rows.ts';
import { addOmission, endSteps, enterStep, readCapture, updateCapture } from '../store/update-capture.ts';
import { openSink } from './capture-sink.ts';
import { beginRecord } from './challenge.ts';
import type { CapturingContext } from './context.ts';
import { wireError } from './pipeline-error.ts';

/** Where the page comes from: a tab that is there, or an address to open one for. */
export type PageSource = { readonly tabId: number } | { readonly url: string };

/**
 * The part of a capture that needs the tab: challenge, page, engine. When it resolves, everything the engine gave is
 * stored and the rest can be done by any context at any time; or the capture is marked failed, with its number and
 * the reason journalled. Never rejects for anything that happened to the page.
 */
export async function runCapture(
  context: CapturingContext,
  reserved: { capture: CaptureRow; entry: JournalRow },
  source: PageSource,
  signal: AbortSignal,
): Promise<void> {
  const { host } = context;
  const { id } = reserved.capture;
  const release = host.keepAwake();
  let opened: number | undefined;
  try {
    const capture = await beginRecord(context, reserved.capture, reserved.entry);
    if ('url' in source) opened = await openSource(context, id, source.url, signal);
    const tabId = 'url' in source ? opened : source.tabId;
    if (tabId !== undefined) await runEngine(context, capture, tabId, signal);
  } catch (error) {
    await giveUp(context, id, error, signal);
  } finally {
    if (opened !== undefined) await host.closeTab(opened);
    release();
  }
}

async function openSource(
  { database, clock, host }: CapturingContext,
  id: string,
  url: string,
  signal: AbortSignal,
): Promise<number> {
  await enterStep(database, clock, id, 'open-page');
  const { tabId, settled } = await host.openPage(url, signal);
  const detail = 'the page was still loading when the capture began';
  if (!settled)
    await addOmission(database, clock, id, { what: 'capture', reason: 'still-loading', url, detail });
  return tabId;
}

async function runEngine(
  context: CapturingContext,
  capture: CaptureRow,
  tabId: number,
  signal: AbortSignal,
): Promise<void> {
  const { database, clock, engine } = context;
  const { id, request } = capture;
  await enterStep(database, clock, id, 'capture');
  const engineFacts = { id: engine.id, version: await engine.version(), provides: { ...engine.provides } };
  await updateCapture(database, clock, id, { engine: engineFacts, engineStarted: true });
  const { sink, close } = openSink(context, id);
  const asked = {
    tabId,
    mode: request.mode,
    cookies: request.cookies,
    limits: defaultLimits,
    ports: browserPorts,
  };
  const outcome = await engine.capture(asked, sink, signal).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  await close();
  await keepOutcome(context, id, outcome);
}

/** Cuts that have a sentence of their own. */
const cutCodes: Partial<Record<NotCapturedReason, ErrorCode>> = {
  'tab-closed': 'TAB_CLOSED',
  'debugger-detached': 'DEBUGGER_DETACHED',
  cancelled: 'CAPTURE_CANCELLED',
};

async function keepOutcome(
  { database, clock }: CapturingContext,
  id: string,
  outcome: CaptureOutcome,
): Promise<void> {
  const engineEndedAt = clock.now();
  if (outcome.cut === undefined) {
    await updateCapture(database, clock, id, (row) => ({
      outcome,
      engineEndedAt,
      steps: endSteps(row.steps, engineEndedAt),
    }));
    return;
  }
  const omission = { what: 'capture', reason: outcome.cut, url: outcome.finalUrl } as const;
  const cutBy = {
    code: cutCodes[outcome.cut] ?? 'CAPTURE_CUT',
    message: outcome.cut,
    entry: outcome.finalUrl,
  };
  const entry = { event: 'cut-found', detail: { reason: outcome.cut } } as const;
  await updateCapture(
    database,
    clock,
    id,
    (row) => ({
      outcome,
      engineEndedAt,
      cut: true,
      cutBy,
      steps: endSteps(row.steps, engineEndedAt),
      notCaptured: row.notCaptured.some(({ what, reason }) => what === 'capture' && reason === outcome.cut)
        ? row.notCaptured
        : [...row.notCaptured, omission],
    }),
    entry,
  );
}

/**
 * What becomes of a capture whose engine part threw: with artefacts of the page stored it is closed as cut and sealed
 * like any other; without any there is nothing to seal and the number stays as a failure.
 */
async function giveUp(
  { database, clock }: CapturingContext,
  id: string,
  thrown: unknown,
  signal: AbortSignal,
): Promise<void> {
  const row = await readCapture(database, id);
  if (row.state !== 'draft') return;
  const error = signal.aborted
    ? ({ code: 'CAPTURE_CANCELLED', message: 'cancelled' } as const)
    : wireError(thrown);
  const ended = clock.now();
  const stored = await database.artefacts.where({ capture: id }).toArray();
  const steps = endSteps(row.steps, ended);
  if (stored.some(({ kind }) => kind !== 'challenge')) {
    const reason = signal.aborted ? 'cancelled' : 'engine-error';
    const detail = `${error.code}: ${error.message}`.slice(0, 2000).toWellFormed();
    const notCaptured = [...row.notCaptured, { what: 'capture', reason, detail } as const];
    const change = { cut: true, engineEndedAt: ended, steps, notCaptured, cutBy: error };
    await updateCapture(database, clock, id, change, { event: 'cut-found', detail: { reason } });
    return;
  }
  const event = signal.aborted ? 'capture-aborted' : 'capture-failed';
  await updateCapture(
    database,
    clock,
    id,
    { state: 'failed', error, steps },
    { event, detail: { code: error.code } },
  );
}
