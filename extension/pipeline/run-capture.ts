import type { NotCapturedReason } from '#shared/artefact/not-captured';
import type { ErrorCode } from '#shared/view/error-code';
import { CaptureError } from '../capture/capture-error.ts';
import { defaultLimits } from '../capture/default-limits.ts';
import type { CaptureOutcome, CaptureRequest, HeldPage } from '../capture/engine.ts';
import { browserPorts } from '../host/browser-ports.ts';
import { HostError } from '../host/host-error.ts';
import { dropBodies } from '../store/bodies.ts';
import type { CaptureRow, JournalRow } from '../store/rows.ts';
import { addOmission, endSteps, enterStep, readCapture, updateCapture } from '../store/update-capture.ts';
import { openSink } from './capture-sink.ts';
import { beginRecord } from './challenge.ts';
import type { CapturingContext, InspectingContext } from './context.ts';
import { wireError } from './pipeline-error.ts';

/** Where the page comes from: a tab that is there, an address to open one for, or for a file an empty tab. */
export type PageSource = { readonly tabId: number } | { readonly url: string } | { readonly blank: true };

/**
 * The part of a capture that needs the tab: challenge, page, engine. When it resolves, everything the engine gave is
 * stored and the rest can be done by any context at any time; or the capture is marked failed, with its number and
 * the reason journalled. Never rejects for anything that happened to the page.
 */
export async function runCapture(
  context: InspectingContext,
  reserved: { capture: CaptureRow; entry: JournalRow },
  source: PageSource,
  signal: AbortSignal,
): Promise<void> {
  const { host, inspector } = context;
  const { id } = reserved.capture;
  const release = host.keepAwake();
  let opened: number | undefined;
  try {
    const inspected = inspector.forCapture(reserved.capture);
    const capture = await beginRecord(context, reserved.capture, reserved.entry);
    let held: HeldPage | undefined;
    if ('url' in source) ({ tabId: opened, held } = await openSource(context, id, source.url, signal));
    else if ('blank' in source) opened = await host.openBlank();
    const tabId = 'tabId' in source ? source.tabId : opened;
    await inspected;
    if (tabId !== undefined) {
      await inspector.atPage(id, tabId);
      const page = { tabId, ...(held === undefined ? {} : { held }) };
      await runEngine(context, capture, page, signal).catch(async (error: unknown) => {
        const gone = 'url' in source && held === undefined ? heldPage(context, source.url, error) : undefined;
        if (gone === undefined) throw error;
        if (opened !== undefined) await host.closeTab(opened);
        opened = await host.openBlank(true);
        // Nothing of the page is stored; what was asked for on the way to nowhere is not part of it.
        await dropBodies(context.database, id);
        await runEngine(context, capture, { tabId: opened, held: gone }, signal);
      });
    }
  } catch (error) {
    await giveUp(context, id, error, signal);
  } finally {
    await inspector.afterPage(id);
    if (opened !== undefined) await host.closeTab(opened);
    release();
  }
}

/** Opens the page; one that leads on to where nothing is shown gets an empty tab, for the engine to hold it. */
async function openSource(
  context: CapturingContext,
  id: string,
  url: string,
  signal: AbortSignal,
): Promise<{ tabId: number; held?: HeldPage }> {
  const { database, clock, host } = context;
  await enterStep(database, clock, id, 'open-page');
  const shown = await host.openPage(url, signal).catch((error: unknown) => {
    const held = heldPage(context, url, error);
    if (held === undefined) throw error;
    return { held };
  });
  if ('held' in shown) return { tabId: await host.openBlank(true), held: shown.held };
  const { tabId, settled } = shown;
  const detail = 'the page was still loading when the capture began';
  if (!settled)
    await addOmission(database, clock, id, { what: 'capture', reason: 'still-loading', url, detail });
  return { tabId };
}

/**
 * The browser failed at another address than the one asked for: something led there, perhaps the page itself, while it
 * was being opened or when it had just been.
 */
function heldPage({ engine }: CapturingContext, url: string, error: unknown): HeldPage | undefined {
  if (engine.holdsPages !== true) return undefined;
  const known = error instanceof HostError || error instanceof CaptureError;
  if (!known || error.entry === undefined) return undefined;
  if (error.code !== 'CERTIFICATE_ERROR' && error.code !== 'HOST_UNREACHABLE') return undefined;
  if (!URL.canParse(url) || !URL.canParse(error.entry)) return undefined;
  if (new URL(url).href === new URL(error.entry).href) return undefined;
  const [word = ''] = error.message.split(' at ');
  return { url, away: error.entry, error: word.slice(0, 500) };
}

async function runEngine(
  context: CapturingContext,
  capture: CaptureRow,
  page: Pick<CaptureRequest, 'tabId' | 'held'>,
  signal: AbortSignal,
): Promise<void> {
  const { database, clock } = context;
  const { id, request } = capture;
  const engine = (request.kind === 'file' ? context.fileEngine : undefined) ?? context.engine;
  await enterStep(database, clock, id, 'capture');
  const engineFacts = { id: engine.id, version: await engine.version(), provides: { ...engine.provides } };
  await updateCapture(database, clock, id, { engine: engineFacts, engineStarted: true });
  const { sink, close } = openSink({ database, clock, engine }, id);
  const asked = {
    ...page,
    mode: request.mode,
    cookies: request.cookies,
    limits: defaultLimits,
    ports: browserPorts,
    ...(request.region === undefined ? {} : { region: request.region }),
    ...(request.file === undefined ? {} : { file: { url: request.requestedUrl, origin: request.file } }),
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
