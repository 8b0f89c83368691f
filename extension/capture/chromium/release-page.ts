import type { BodyInterceptor } from './body-interceptor.ts';
import type { DebuggerTab } from './debugger-tab.ts';
import type { GuardedSink } from './guarded-sink.ts';

const REST = 1000;

/**
 * Reloads a page that does not answer: a reload is the browser's own doing, and closes a dialog that was open before
 * the debugger came (measured; `Page.handleJavaScriptDialog` knows nothing of that one). As for every reload, the
 * answer to a form is not asked for again.
 */
export async function releasePage(
  tab: DebuggerTab,
  sink: GuardedSink,
  interceptor: BodyInterceptor,
): Promise<void> {
  const page = tab.target();
  const targets = await chrome.debugger.getTargets();
  const target = targets.find(({ tabId, type }) => tabId === tab.tabId && type === 'page');
  sink.omission({
    what: 'found-set',
    reason: 'not-reached',
    url: (target?.url ?? '').slice(0, 20_000),
    detail: 'the page did not answer, held by a dialog or its own script; it was reloaded to be captured',
  });
  await interceptor.enable(page);
  // The id of a page's target is that of its main frame.
  await interceptor.holdResubmission(target?.id ?? '', async () => {
    await page('Page.reload', { ignoreCache: true });
    await tab.pause(REST);
  });
}
