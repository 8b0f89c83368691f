import browser from 'webextension-polyfill';
import { toUtf8 } from '#shared/lib/utf8';
import { base64Bytes } from './base64-bytes.ts';
import { CaptureError } from './capture-error.ts';
import { defaultLimits } from './default-limits.ts';
import type { CaptureEngine, CaptureOutcome, CaptureRequest, CaptureSink } from './engine.ts';
import { ExchangeRecorder } from './firefox/exchange-recorder.ts';
import { type PageView, readPage } from './firefox/read-page.ts';

/** The page counts as at rest when nothing was requested for this long. */
const QUIET_MS = 700;
const POLL_MS = 50;
/** A picture of one call; larger ones fail from 65,534 px on (measured). */
const TILE_PX = 8000;

/**
 * Captures through webRequest, stream filters and tabs.captureTab; runs in a page of a Firefox extension, which lives
 * as long as a person keeps it open. Thin: it shows that the interface, the events and the reducers serve a second
 * kind of browser, and says `no` of everything it does not do.
 */
export const firefoxEngine: CaptureEngine = {
  id: 'firefox-webrequest',
  provides: {
    'response-body': 'yes',
    'exact-document-bytes': 'yes',
    'redirect-body': 'no',
    'request-headers': 'yes',
    'request-body': 'no',
    'response-headers': 'yes',
    'raw-headers': 'no',
    'remote-address': 'partial',
    'tls-parameters': 'yes',
    'certificate-chain': 'no',
    dns: 'no',
    timing: 'no',
    'websocket-messages': 'no',
    'worker-requests': 'no',
    'cache-flag': 'yes',
    'full-page-picture': 'yes',
    'closed-shadow-roots': 'no',
    'frames-of-other-sites': 'yes',
    mhtml: 'no',
  },
  version: async () => {
    const { name, version } = await browser.runtime.getBrowserInfo();
    return `${name}/${version}`;
  },
  capture,
};

async function capture(
  { tabId, mode, limits: asked }: CaptureRequest,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<CaptureOutcome> {
  if (signal.aborted) throw new CaptureError('CANCELLED', 'cancelled before it began');
  const limits = { ...defaultLimits, ...asked };
  const requestedUrl = (await browser.tabs.get(tabId)).url ?? '';
  await storeDom(sink, await readPage(tabId), 'found-dom');
  const recorder = new ExchangeRecorder(tabId, sink, limits.body);
  recorder.open();
  try {
    if (mode === 'reload') {
      sink.progress('reload');
      await browser.tabs.reload(tabId, { bypassCache: true });
      await atRest(tabId, recorder, limits.load, sink, signal);
    } else
      sink.omission({
        what: 'earlier-exchanges',
        reason: 'before-attach',
        detail: 'as-is: the page was not loaded again',
      });
    const pages = await readPage(tabId);
    await storeDom(sink, pages, 'dom');
    await storePicture(sink, tabId, pages[0], limits.height);
  } finally {
    await recorder.close();
  }
  for (const what of ['mhtml', 'certificate', 'websocket'] as const)
    sink.omission({ what, reason: 'not-reached', detail: 'this browser or engine does not give it' });
  const tab = await browser.tabs.get(tabId);
  const { width = 0, height = 0, scale = 1 } = (await readPage(tabId))[0] ?? {};
  return {
    requestedUrl,
    finalUrl: tab.url ?? requestedUrl,
    title: tab.title ?? '',
    viewport: { width, height, scale },
    userAgent: navigator.userAgent,
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    // Firefox tells an extension neither of developer tools nor of other extensions.
    tamperSignals: [],
  };
}

async function atRest(
  tabId: number,
  recorder: ExchangeRecorder,
  limit: number,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (signal.aborted) throw new CaptureError('CANCELLED', 'cancelled');
    const { status } = await browser.tabs.get(tabId);
    if (status === 'complete' && recorder.quietMs >= QUIET_MS) return;
    if (performance.now() - began > limit) {
      sink.omission({ what: 'capture', reason: 'still-loading', detail: `not at rest after ${limit} ms` });
      return;
    }
  }
}

async function storeDom(
  sink: CaptureSink,
  pages: readonly PageView[],
  kind: 'found-dom' | 'dom',
): Promise<void> {
  // The state as found is one file; frames have files of their own afterwards.
  const wanted = kind === 'dom' ? pages : pages.slice(0, 1);
  for (const [index, { url, html }] of wanted.entries())
    await sink.artefact({ kind, n: index + 1, bytes: toUtf8(html.toWellFormed()), about: { url } });
}

async function storePicture(
  sink: CaptureSink,
  tabId: number,
  page: PageView | undefined,
  limit: number,
): Promise<void> {
  if (page === undefined) return;
  const { contentWidth, contentHeight } = page;
  const height = Math.min(contentHeight, limit);
  if (height < contentHeight)
    sink.omission({
      what: 'page-height',
      reason: 'over-limit',
      detail: `${contentHeight} px, limit ${limit}`,
    });
  for (let y = 0, n = 1; y < height; y += TILE_PX, n++) {
    const rect = { x: 0, y, width: contentWidth, height: Math.min(TILE_PX, height - y) };
    const url = await browser.tabs.captureTab(tabId, { format: 'png', rect });
    const bytes = base64Bytes(url.slice(url.indexOf(',') + 1));
    await sink.artefact({ kind: 'screenshot', n, bytes, about: { ...rect } });
  }
}
