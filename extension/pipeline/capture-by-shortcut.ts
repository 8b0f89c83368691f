import { readPreferences } from '../messages/preferences.ts';
import type { CaptureDesk } from './capture-desk.ts';
import type { CapturingContext } from './context.ts';

/** Alt+Shift+C: captures the active tab as the panel was last set. Refusals show on the toolbar button. */
export async function captureByShortcut({ host }: CapturingContext, desk: CaptureDesk): Promise<void> {
  try {
    const tab = await host.lastActiveTab();
    if (tab === undefined) return;
    await desk.start({ tabId: tab.tabId, ...(await readPreferences()) });
    await host.showOnButton('');
  } catch {
    await host.showOnButton('!');
  }
}
