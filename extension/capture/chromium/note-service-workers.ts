import { serviceWorkers } from '../page/service-workers.ts';
import { attempt, type CaptureRun } from './capture-run.ts';
import { FrameWorld } from './frame-world.ts';

const TIMEOUT = 2000;

/**
 * Lists the service workers of the page's origin whose script was not recorded: they were installed before, or are not
 * under the debugger of the tab, and what they fetch by themselves is not in the record. Comes before scripts are
 * stopped, because the browser's answer needs them.
 */
export async function noteServiceWorkers(run: CaptureRun): Promise<void> {
  const { page, main, sink, recorder } = run;
  const url = main.url.slice(0, 20_000);
  await attempt(run, { what: 'worker', url, detail: 'service workers not listed' }, async () => {
    const world = await FrameWorld.open(page, main.frame.id);
    for (const script of new Set(await world.call(serviceWorkers, [], { timeout: TIMEOUT })))
      if (recorder.answerTo(script) === undefined)
        sink.omission({
          what: 'worker',
          reason: 'not-reached',
          url: script.slice(0, 20_000),
          detail: 'a service worker of this site; its script and what it fetches by itself are not recorded',
        });
  });
}
