import { CaptureError } from '../capture-error.ts';
import { DebuggerTab } from './debugger-tab.ts';

/**
 * Attaches to a tab.
 * @throws CaptureError TAB_CLOSED, NOT_CAPTURABLE or DEBUGGER_REFUSED, by the browser's message.
 */
export async function attachDebugger(tabId: number): Promise<DebuggerTab> {
  try {
    return await DebuggerTab.attach(tabId);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/No tab with/i.test(message)) throw new CaptureError('TAB_CLOSED', message, { cause });
    if (/Cannot access|Cannot attach|gallery|cannot be scripted|not allowed/i.test(message))
      throw new CaptureError('NOT_CAPTURABLE', message, { cause });
    throw new CaptureError('DEBUGGER_REFUSED', message, { cause });
  }
}
