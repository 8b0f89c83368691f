import { readPreferences } from '../messages/preferences.ts';
import type { CapturingContext } from './context.ts';
import type { RecordingDesk } from './recording-desk.ts';
import { runningRecordings } from './running-recordings.ts';

const MENU = 'record-tab';

/** Alt+Shift+R: records the active tab as the panel was last set, or stops. Refusals show on the toolbar button. */
export async function recordByShortcut(context: CapturingContext, recordings: RecordingDesk): Promise<void> {
  const tab = await context.host.lastActiveTab();
  if (tab !== undefined) await toggle(context, recordings, tab.tabId);
}

/** An entry in the context menu of pages: calling it is what lets the browser allow recording. */
export function offerRecording(context: CapturingContext, recordings: RecordingDesk): void {
  chrome.runtime.onInstalled.addListener(() => {
    const title = chrome.i18n.getMessage('commandRecord');
    chrome.contextMenus.create({ id: MENU, title, contexts: ['page', 'video', 'audio'] });
  });
  chrome.contextMenus.onClicked.addListener(({ menuItemId }, tab) => {
    if (menuItemId === MENU && tab?.id !== undefined) void toggle(context, recordings, tab.id);
  });
}

async function toggle(
  { database, host }: CapturingContext,
  recordings: RecordingDesk,
  tabId: number,
): Promise<void> {
  try {
    const running = (await runningRecordings(database)).find(({ recording }) => recording.tabId === tabId);
    if (running !== undefined) await recordings.stop(running.id);
    else {
      const { mode: _, cookies: __, ...request } = await readPreferences();
      await recordings.start({ tabId, ...request });
    }
    await host.showOnButton('');
  } catch {
    await host.showOnButton('!');
  }
}
