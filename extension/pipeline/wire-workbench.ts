import browser, { type Runtime } from 'webextension-polyfill';
import { firefoxEngine } from '../capture/firefox-engine.ts';
import { firefoxHost } from '../host/firefox-host.ts';
import { messageListener } from '../messages/serve-messages.ts';
import { openDatabase } from '../store/database.ts';
import { openDesk } from './capture-desk.ts';
import type { CapturingContext } from './context.ts';
import { finishCapture } from './finish-capture.ts';
import { createHandlers } from './handlers.ts';
import { openInspector } from './inspection/inspector.ts';
import { keepHistory } from './keep-history.ts';
import { PipelineError, wireError } from './pipeline-error.ts';
import { openRecordingDesk } from './recording-desk.ts';
import { openRegionDesk } from './region-desk.ts';
import { markCutCaptures } from './resume.ts';
import { openSequenceDesk } from './sequence-desk.ts';
import { createServiceClient } from './service-client.ts';
import { systemClock } from './system-clock.ts';

/** How often it is looked whether the open inspection holds. */
const WATCH_MS = 60_000;

/** What the service worker and the offscreen document do in Chromium, in one page of Firefox: the workbench. */
export function wireWorkbench(): void {
  const database = openDatabase();
  const running = new Set<string>();
  const host = firefoxHost((id) => {
    if (running.has(id)) return;
    running.add(id);
    void finishCapture(context, id).finally(() => running.delete(id));
  });
  const base: CapturingContext = {
    database,
    clock: systemClock,
    service: createServiceClient(database, (input, init) => fetch(input, init)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    engine: firefoxEngine,
    host,
  };
  const inspector = openInspector(base);
  const context = { ...base, inspector };
  const ready = keepHistory(context).then(() => markCutCaptures(context));
  const desk = openDesk(context, ready);
  const noWatch = () => Promise.reject(new Error('Firefox has no debugger for extensions'));
  const recordings = openRecordingDesk(context, noWatch, ready);
  const noRegions = () => Promise.reject(new PipelineError('REGION_NOT_CHOSEN', 'not possible in Firefox'));
  const desks = {
    desk,
    recordings,
    regions: openRegionDesk(noRegions),
    sequences: openSequenceDesk(context, desk),
  };
  const listen = messageListener(createHandlers(context, desks), wireError);
  // `true` keeps the channel open, here as there; that a message is left to others is said by any other value.
  browser.runtime.onMessage.addListener(listen as Runtime.OnMessageListenerCallback);
  setInterval(() => void inspector.watch(), WATCH_MS);
  void desk.resume();
}
