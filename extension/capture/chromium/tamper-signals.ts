export interface TamperSignal {
  readonly signal: string;
  readonly detail: string;
}

/**
 * Device-reported signs, from before our own attaching, that someone may be handling the page. DevTools windows
 * cannot be tied to a tab, so one anywhere is named (measured: `attached` on the tab's target when another debugger
 * is on it, and a `devtools://` target when DevTools is open).
 */
export async function tamperSignals(tabId: number): Promise<TamperSignal[]> {
  const targets = await chrome.debugger.getTargets();
  const attached = targets
    .filter((target) => target.tabId === tabId && target.attached)
    .map((target) => ({
      signal: 'debugger-attached',
      detail: `another debugger is attached to ${target.url}`,
    }));
  const devtools = targets
    .filter((target) => target.url.startsWith('devtools://'))
    .map((target) => ({ signal: 'devtools-open', detail: target.title || target.url }));
  return [...attached, ...devtools].map(({ signal, detail }) => ({ signal, detail: detail.slice(0, 2000) }));
}
