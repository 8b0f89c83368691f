import type { NotCapturedReason } from '#shared/artefact/not-captured';
import { CaptureCut } from './capture-cut.ts';
import { CaptureError } from './capture-error.ts';
import { attachDebugger } from './chromium/attach-debugger.ts';
import { browserVersion } from './chromium/browser-version.ts';
import { capturePage } from './chromium/capture-page.ts';
import { type GuardedSink, guardSink } from './chromium/guarded-sink.ts';
import { openRun } from './chromium/open-run.ts';
import { tamperSignals } from './chromium/tamper-signals.ts';
import { defaultLimits } from './default-limits.ts';
import type { CaptureEngine, CaptureOutcome, CaptureRequest, CaptureSink } from './engine.ts';
import type { PageFacts } from './page/page-facts.ts';

/** Captures through chrome.debugger; runs in the service worker of a Chromium extension. */
export const chromiumEngine: CaptureEngine = {
  id: 'chromium-debugger',
  provides: {
    'response-body': 'yes',
    'exact-document-bytes': 'yes',
    'redirect-body': 'no',
    'request-headers': 'yes',
    'request-body': 'partial',
    'response-headers': 'yes',
    'raw-headers': 'partial',
    'remote-address': 'yes',
    'tls-parameters': 'yes',
    'certificate-chain': 'partial',
    dns: 'no',
    timing: 'yes',
    'websocket-messages': 'yes',
    'worker-requests': 'partial',
    'cache-flag': 'yes',
    'full-page-picture': 'yes',
    'closed-shadow-roots': 'yes',
    'frames-of-other-sites': 'yes',
    mhtml: 'yes',
  },
  version: browserVersion,
  capture,
};

async function capture(
  request: CaptureRequest,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<CaptureOutcome> {
  if (signal.aborted) throw new CaptureError('CANCELLED', 'cancelled before it began');
  const limits = { ...defaultLimits, ...request.limits };
  const signals = await tamperSignals(request.tabId);
  const tab = await attachDebugger(request.tabId);
  const guarded = guardSink(sink, tab);
  const cancel = () => tab.lose('cancelled', 'cancelled');
  signal.addEventListener('abort', cancel);
  const timer = setTimeout(
    () => tab.lose('timeout', `the budget of ${limits.total} ms was used up`),
    limits.total,
  );
  let requestedUrl = '';
  let finalUrl = '';
  let facts: PageFacts | undefined;
  let cut: CaptureCut | undefined;
  try {
    const run = await openRun(tab, { ...request, limits }, guarded);
    requestedUrl = run.main.url;
    try {
      await capturePage(run, (known) => {
        facts = known;
      });
    } finally {
      finalUrl = run.main.url;
      await run.recorder.close();
    }
  } catch (error) {
    guarded.assertStored();
    cut = await detachedOrClosed(cutOf(error, guarded, requestedUrl), request.tabId);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    await tab.detach();
  }
  guarded.assertStored();
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
    title: facts?.title ?? '',
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
