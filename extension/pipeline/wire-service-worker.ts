import { pickRegion } from '../capture/chromium/pick-region.ts';
import { watchChromiumTab } from '../capture/chromium/watch-tab.ts';
import { chromiumEngine } from '../capture/chromium-engine.ts';
import { chromiumFileEngine } from '../capture/chromium-file-engine.ts';
import { chromiumHost, WAKE_ALARM, WATCH_ALARM } from '../host/chromium-host.ts';
import { messageListener } from '../messages/serve-messages.ts';
import { openDatabase } from '../store/database.ts';
import { captureByShortcut } from './capture-by-shortcut.ts';
import { openDesk } from './capture-desk.ts';
import type { CapturingContext } from './context.ts';
import { createHandlers } from './handlers.ts';
import { holdUpdates } from './hold-updates.ts';
import { openInspector } from './inspection/inspector.ts';
import { keepHistory } from './keep-history.ts';
import { takeManagedAuthorities } from './managed-authorities.ts';
import { wireError } from './pipeline-error.ts';
import { offerRecording, recordByShortcut } from './record-by-shortcut.ts';
import { openRecordingDesk } from './recording-desk.ts';
import { openRegionDesk } from './region-desk.ts';
import { markCutCaptures } from './resume.ts';
import { openSequenceDesk } from './sequence-desk.ts';
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
  const base: CapturingContext = {
    database,
    clock: systemClock,
    service: createServiceClient(database, (input, init) => fetch(input, init)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    engine: chromiumEngine,
    fileEngine: chromiumFileEngine,
    host,
  };
  void takeManagedAuthorities(database);
  chrome.storage.onChanged.addListener((_changes, area) => {
    if (area === 'managed') void takeManagedAuthorities(database);
  });
  const inspector = openInspector(base);
  const context = { ...base, inspector };
  const ready = keepHistory(context).then(() => markCutCaptures(context));
  const desk = openDesk(context, ready);
  const recordings = openRecordingDesk(context, watchChromiumTab, ready);
  const desks = {
    desk,
    recordings,
    regions: openRegionDesk(pickRegion),
    sequences: openSequenceDesk(context, desk),
  };
  watchRecordedTabs(recordings);
  offerRecording(context, recordings);
  chrome.runtime.onMessage.addListener(messageListener(createHandlers(context, desks), wireError));
  const updates = holdUpdates(context, ready);
  chrome.alarms.onAlarm.addListener(({ name }) => {
    if (name === WAKE_ALARM) void desk.resume();
    if (name === WATCH_ALARM) void inspector.watch();
    void updates.apply();
  });
  chrome.runtime.onUpdateAvailable.addListener(({ version }) => void updates.offered(version));
  chrome.runtime.onStartup.addListener(() => {
    void desk.resume();
    void inspector.watch();
  });
  chrome.runtime.onInstalled.addListener(() => void desk.resume());
  chrome.commands.onCommand.addListener((command) => {
    if (command === 'capture-tab') void captureByShortcut(context, desk);
    if (command === 'record-tab') void recordByShortcut(context, recordings);
  });
  void chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
}
