const SETTLE_MS = 250;

/** The tab named by `?tab=<id>` when the panel is opened as a page. */
export function targetTabOf(search: string): number | undefined {
  const id = Number(new URLSearchParams(search).get('tab') ?? Number.NaN);
  return Number.isInteger(id) && id >= 0 ? id : undefined;
}

/** Calls back, a little later, after any change of which page is in front. Returns how to stop. */
export function watchTabs(onChange: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  };
  const onUpdated = (_tabId: number, change: { status?: string; url?: string; title?: string }) => {
    if (change.status !== undefined || change.url !== undefined || change.title !== undefined) soon();
  };
  chrome.tabs.onActivated.addListener(soon);
  chrome.tabs.onUpdated.addListener(onUpdated);
  chrome.tabs.onRemoved.addListener(soon);
  return () => {
    clearTimeout(timer);
    chrome.tabs.onActivated.removeListener(soon);
    chrome.tabs.onUpdated.removeListener(onUpdated);
    chrome.tabs.onRemoved.removeListener(soon);
  };
}

/** Asks for access to one origin; the browser shows its own dialogue. Only from a click. */
export function requestOrigin(origin: string): Promise<boolean> {
  return chrome.permissions.request({ origins: [`${origin}/*`] });
}

/** Whether a person has allowed a look at other extensions. */
export function mayListExtensions(): Promise<boolean> {
  return chrome.permissions.contains({ permissions: ['management'] });
}

/** Asks for it; the browser shows its own dialogue. Only from a click. */
export function requestExtensionList(): Promise<boolean> {
  return chrome.permissions.request({ permissions: ['management'] });
}

/** Key combination of the capture command, as the browser writes it; empty when a person took it away. */
export async function captureShortcut(): Promise<string> {
  const commands = await chrome.commands.getAll();
  return commands.find(({ name }) => name === 'capture-tab')?.shortcut ?? '';
}
