import { CaptureError } from '../capture-error.ts';
import { DebuggerTab } from './debugger-tab.ts';

/**
 * Attaches to a tab.
 * @throws CaptureError TAB_CLOSED, NOT_CAPTURABLE, CERTIFICATE_ERROR or DEBUGGER_REFUSED, by the browser's message.
 */
export async function attachDebugger(tabId: number): Promise<DebuggerTab> {
  try {
    return await DebuggerTab.attach(tabId);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const tab = await chrome.tabs.get(tabId).catch(() => undefined);
    throw new CaptureError(tab === undefined ? 'TAB_CLOSED' : refusalCode(message, tab.url ?? ''), message, {
      entry: tab?.url,
      cause,
    });
  }
}

/** The browser's warning about a certificate stands in the tab under the site's own address, closed to extensions. */
function refusalCode(message: string, url: string): CaptureError['code'] {
  if (/Cannot attach to this target/.test(message) && url.startsWith('https:')) return 'CERTIFICATE_ERROR';
  return /Cannot access|Cannot attach|cannot be scripted|not allowed/i.test(message)
    ? 'NOT_CAPTURABLE'
    : 'DEBUGGER_REFUSED';
}
