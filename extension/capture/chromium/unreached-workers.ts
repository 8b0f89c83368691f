import { attempt, type CaptureRun } from './capture-run.ts';

/**
 * Lists shared workers of the page's sites: the debugger of a tab is not attached to them, so what they fetch is not
 * recorded (measured; dedicated and service workers are attached). They may serve other tabs of the same site.
 */
export async function noteUnreachedWorkers(run: CaptureRun): Promise<void> {
  const { main, targets, sink } = run;
  await attempt(run, { what: 'worker', detail: 'workers not listed' }, async () => {
    const origins = new Set([main.url, ...targets.frames().map(({ url }) => url)].map(originOf));
    for (const { type, attached, url } of await chrome.debugger.getTargets())
      if (type === 'worker' && !attached && origins.has(originOf(url)))
        sink.omission({
          what: 'worker',
          reason: 'not-reached',
          url: url.slice(0, 20_000),
          detail: 'a shared worker of this site; its requests are not recorded',
        });
  });
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
