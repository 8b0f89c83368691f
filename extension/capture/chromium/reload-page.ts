import type { CaptureRun } from './capture-run.ts';

const POLL = 25;

/**
 * What a reload led to. `loaded`, `loading`: another document is there, its load event came or did not come in time;
 * of a page that was held back it never comes.
 * `kept`: the document found is still there. `error-page`: it is gone and nothing came in its place.
 */
export type Reloaded =
  | { readonly outcome: 'loaded' | 'loading' }
  | {
      readonly outcome: 'kept';
      readonly why: 'download' | 'form' | 'timeout' | 'aborted';
      readonly detail: string;
    }
  | { readonly outcome: 'error-page'; readonly error: string };

/**
 * Reloads the page past every cache and waits for its load event. Answers of forms are not sent again.
 */
export async function reloadPage(run: CaptureRun): Promise<Reloaded> {
  const { tab, page, main, interceptor, activity, limits } = run;
  const before = main.frame;
  let error: string | undefined;
  let document: string | undefined;
  let download: string | undefined;
  const stop = tab.listen(({ method, params, session }) => {
    if (session !== undefined) return;
    if (method === 'Network.requestWillBeSent' && params.type === 'Document' && params.frameId === before.id)
      document = params.requestId;
    else if (method === 'Network.loadingFailed' && params.requestId === document) error = params.errorText;
    else if (method === 'Page.downloadWillBegin') download = params.url;
  });
  const start = performance.now();
  const late = () => performance.now() - start >= limits.load;
  const arrived = () => main.frame.loaderId !== before.loaderId;
  try {
    activity.reset();
    const held = await interceptor.holdResubmission(before.id, async () => {
      await page('Page.reload', { ignoreCache: true });
      while (!arrived() && error === undefined && download === undefined && !interceptor.hasHeld && !late())
        await tab.pause(POLL);
    });
    if (held)
      return {
        outcome: 'kept',
        why: 'form',
        detail: 'the page answers a form; reloading would send the form again',
      };
    if (download !== undefined) return { outcome: 'kept', why: 'download', detail: download };
    if (!arrived() && error !== undefined && !(await errorPageCame(run, arrived)))
      return { outcome: 'kept', why: 'aborted', detail: error };
    if (!arrived()) {
      await page('Page.stopLoading', {});
      return { outcome: 'kept', why: 'timeout', detail: `no answer within ${limits.load} ms` };
    }
    const over = () => main.loaded || main.isErrorPage || interceptor.hasHeldBack;
    while (!over() && !late()) await tab.pause(POLL);
    if (main.isErrorPage) return { outcome: 'error-page', error: error ?? 'unknown error' };
    return { outcome: over() ? 'loaded' : 'loading' };
  } finally {
    stop();
  }
}

/** A failed request is followed by the error page; one that was aborted (204, download) by nothing. */
async function errorPageCame({ tab }: CaptureRun, arrived: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 1000 && !arrived(); waited += POLL) await tab.pause(POLL);
  return arrived();
}
