import type { NotCapturedReason } from '#shared/artefact/not-captured';
import { CaptureCut } from '../capture-cut.ts';
import { CaptureError } from '../capture-error.ts';
import { defaultLimits } from '../default-limits.ts';
import type { CaptureLimits, CaptureOutcome, CaptureRequest, CaptureSink } from '../engine.ts';
import type { PageFacts } from '../page/page-facts.ts';
import { attachDebugger } from './attach-debugger.ts';
import { DebuggerTab } from './debugger-tab.ts';
import { type GuardedSink, guardSink } from './guarded-sink.ts';
import { tamperSignals } from './tamper-signals.ts';
import { watchDebuggers } from './watch-debuggers.ts';

/** A tab with our debugger attached, and what is known of the capture so far; whatever ends it, this stays known. */
export interface HeldTab {
  readonly tab: DebuggerTab;
  readonly sink: GuardedSink;
  readonly limits: Required<CaptureLimits>;
  requestedUrl: string;
  finalUrl: string;
  title?: string;
  facts?: PageFacts;
}

/**
 * Runs `act` with the debugger attached, within the budget of the request, and says how it ended.
 * @throws CaptureError when nothing at all has been stored
 */
export async function captureInTab(
  request: CaptureRequest,
  sink: CaptureSink,
  signal: AbortSignal,
  act: (held: HeldTab) => Promise<void>,
): Promise<CaptureOutcome> {
  if (signal.aborted) throw new CaptureError('CANCELLED', 'cancelled before it began');
  const limits = { ...defaultLimits, ...request.limits };
  await DebuggerTab.release(request.tabId);
  const signals = await tamperSignals(request.tabId);
  const tab = await attachDebugger(request.tabId);
  const watch = watchDebuggers(request.tabId, signals);
  const guarded = guardSink(sink, tab);
  const cancel = () => tab.lose('cancelled', 'cancelled');
  signal.addEventListener('abort', cancel);
  const timer = setTimeout(
    () => tab.lose('timeout', `the budget of ${limits.total} ms was used up`),
    limits.total,
  );
  const held: HeldTab = { tab, sink: guarded, limits, requestedUrl: '', finalUrl: '' };
  let cut: CaptureCut | undefined;
  try {
    await act(held);
  } catch (error) {
    guarded.assertStored();
    cut = await detachedOrClosed(cutOf(error, guarded, held.requestedUrl), request.tabId);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    await tab.detach();
    signals.push(...(await watch.end()));
  }
  guarded.assertStored();
  const { requestedUrl, finalUrl, facts } = held;
  if (cut !== undefined)
    sink.omission({
      what: 'capture',
      reason: cut.reason,
      url: finalUrl.slice(0, 20_000),
      detail: cut.message.slice(0, 2000),
    });
  return {
    requestedUrl,
    finalUrl,
    title: facts?.title ?? held.title ?? '',
    viewport: { width: facts?.width ?? 0, height: facts?.height ?? 0, scale: facts?.scale ?? 1 },
    userAgent: facts?.userAgent ?? navigator.userAgent,
    language: facts?.language ?? navigator.language,
    timeZone: facts?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    tamperSignals: signals,
    ...(cut === undefined ? {} : { cut: cut.reason }),
  };
}

/** @throws CaptureError when nothing has been stored; foreign errors of the engine itself. */
function cutOf(error: unknown, sink: GuardedSink, url: string): CaptureCut {
  if (sink.hasStored()) {
    if (error instanceof CaptureCut) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new CaptureCut('engine-error', message);
  }
  if (error instanceof CaptureError) throw error;
  if (!(error instanceof CaptureCut))
    throw new CaptureError('PAGE_NOT_ANSWERING', error instanceof Error ? error.message : String(error), {
      entry: url,
      cause: error,
    });
  throw new CaptureError(errorCodeOf(error.reason), error.message, { entry: url, cause: error });
}

/** A target that ends is reported like a closed tab, also when the browser puts another one into the tab. */
async function detachedOrClosed(cut: CaptureCut, tabId: number): Promise<CaptureCut> {
  if (cut.reason !== 'tab-closed') return cut;
  const tab = await chrome.tabs.get(tabId).catch(() => undefined);
  return tab === undefined
    ? cut
    : new CaptureCut('debugger-detached', `${cut.message}; the tab is still there`);
}

function errorCodeOf(reason: NotCapturedReason): CaptureError['code'] {
  if (reason === 'tab-closed') return 'TAB_CLOSED';
  if (reason === 'debugger-detached') return 'DEBUGGER_DETACHED';
  return reason === 'cancelled' ? 'CANCELLED' : 'PAGE_NOT_ANSWERING';
}
