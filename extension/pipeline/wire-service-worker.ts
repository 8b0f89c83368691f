import { chromiumEngine } from '../capture/chromium-engine.ts';
import { chromiumHost, WAKE_ALARM } from '../host/chromium-host.ts';
import { messageListener } from '../messages/serve-messages.ts';
import { openDatabase } from '../store/database.ts';
import { captureByShortcut } from './capture-by-shortcut.ts';
import { openDesk } from './capture-desk.ts';
import type { CapturingContext } from './context.ts';
import { createHandlers } from './handlers.ts';
import { wireError } from './pipeline-error.ts';
import { offerRecording, recordByShortcut } from './record-by-shortcut.ts';
import { openRecordingDesk } from './recording-desk.ts';
import { markCutCaptures } from './resume.ts';
import { createServiceClient } from './service-client.ts';
import { systemClock } from './system-clock.ts';
import { watchRecordedTabs } from './watch-recorded-tabs.ts';

/**
 * Everything the service worker listens to. Runs synchronously at each start of the worker: a listener registered
 * later would miss the event that started it.
 */
export function wireServiceWorker(): void {
  const database = openDatabase();
  const host = chromiumHost();
  const context: CapturingContext = {
    database,
    clock: systemClock,
    service: createServiceClient(database, (input, init) => fetch(input, init)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    engine: chromiumEngine,
    host,
  };
  const ready = markCutCaptures(context);
  const desk = openDesk(context, ready);
  const recordings = openRecordingDesk(context, ready);
  watchRecordedTabs(recordings);
  offerRecording(context, recordings);
  chrome.runtime.onMessage.addListener(messageListener(createHandlers(context, desk, recordings), wireError));
  chrome.alarms.onAlarm.addListener(({ name }) => {
    if (name === WAKE_ALARM) void desk.resume();
  });
  chrome.runtime.onStartup.addListener(() => void desk.resume());
  chrome.runtime.onInstalled.addListener(() => void desk.resume());
  chrome.commands.onCommand.addListener((command) => {
    if (command === 'capture-tab') void captureByShortcut(context, desk);
    if (command === 'record-tab') void recordByShortcut(context, recordings);
  });
  void chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
}
