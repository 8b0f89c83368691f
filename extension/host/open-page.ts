import { HostError } from './host-error.ts';
import { navigationFailure } from './navigation-failure.ts';

/** A page that has begun to show is waited for this long, then captured as it stands. */
const SETTLE_LIMIT_MS = 12_000;
/** An address that has shown nothing by then is given up. */
const ANSWER_LIMIT_MS = 30_000;
/** An aborted navigation may be a download, which is announced a little later (measured: < 100 ms). */
const GRACE_MS = 1000;

type Outcome = { readonly settled: boolean } | HostError;

/** Opens `url` in a new active tab; see `Host.openPage`. */
export async function openPage(
  url: string,
  signal: AbortSignal,
): Promise<{ tabId: number; settled: boolean }> {
  const events = navigationEvents(url);
  const tab = await chrome.tabs.create({ url, active: true });
  const tabId = tab.id;
  if (tabId === undefined) throw new HostError('TAB_NOT_FOUND', 'the browser gave the new tab no id');
  try {
    const outcome = await Promise.race([events.outcomeOf(tabId), aborted(url, signal)]);
    if (outcome instanceof HostError) throw outcome;
    return { tabId, settled: outcome.settled };
  } catch (error) {
    await chrome.tabs.remove(tabId).catch(() => undefined);
    throw error;
  } finally {
    events.stop();
  }
}

/** Listens from before the tab exists, so that nothing is missed: outcomes are kept until a tab is asked for. */
function navigationEvents(url: string): { outcomeOf(tabId: number): Promise<Outcome>; stop(): void } {
  const href = URL.canParse(url) ? new URL(url).href : url;
  const known = new Map<number, Outcome>();
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let downloads = 0;
  const report = (tabId: number, outcome: Outcome | undefined) => {
    if (outcome === undefined || known.has(tabId)) return;
    known.set(tabId, outcome);
    waiting.get(tabId)?.(outcome);
  };
  const later = (tabId: number, ms: number, ask: () => Promise<Outcome | undefined>) =>
    void setTimeout(async () => report(tabId, await ask()), ms);

  const onUpdated = (
    tabId: number,
    change: { status?: string; url?: string },
    { url: shown }: chrome.tabs.Tab,
  ) => {
    if (!isPage(shown)) return;
    if (change.status === 'complete') report(tabId, { settled: true });
    // The address changes when the first bytes of the new page are there.
    else if (change.url !== undefined) later(tabId, SETTLE_LIMIT_MS, () => whatIsShown(tabId, url));
  };
  const onError = (details: { tabId: number; frameId: number; url: string; error: string }) => {
    if (details.frameId !== 0) return;
    if (details.error !== 'net::ERR_ABORTED') report(details.tabId, navigationFailure(details));
    else later(details.tabId, GRACE_MS, () => afterAbort(details.tabId, url, downloads > 0));
  };
  const onDownload = (item: { url: string; finalUrl?: string }) => {
    if (item.url === href || item.finalUrl === href) downloads++;
  };
  const onRemoved = (tabId: number) => later(tabId, GRACE_MS, () => afterAbort(tabId, url, downloads > 0));
  chrome.tabs.onUpdated.addListener(onUpdated);
  chrome.tabs.onRemoved.addListener(onRemoved);
  chrome.webNavigation.onErrorOccurred.addListener(onError);
  chrome.downloads.onCreated.addListener(onDownload);
  return {
    outcomeOf: (tabId) => {
      later(tabId, ANSWER_LIMIT_MS, () => whatIsShown(tabId, url));
      const outcome = known.get(tabId);
      return outcome === undefined
        ? new Promise((resolve) => waiting.set(tabId, resolve))
        : Promise.resolve(outcome);
    },
    stop: () => {
      chrome.tabs.onUpdated.removeListener(onUpdated);
      chrome.tabs.onRemoved.removeListener(onRemoved);
      chrome.webNavigation.onErrorOccurred.removeListener(onError);
      chrome.downloads.onCreated.removeListener(onDownload);
    },
  };
}

async function whatIsShown(tabId: number, url: string): Promise<Outcome> {
  const tab = await chrome.tabs.get(tabId).catch(() => undefined);
  if (tab === undefined) return tabClosed(url);
  if (isPage(tab.url)) return { settled: tab.status === 'complete' };
  return new HostError('PAGE_NOT_ANSWERING', `no answer within ${ANSWER_LIMIT_MS} ms`, { entry: url });
}

/** `undefined` when the tab went on to another address: a script that navigates twice aborts its first try. */
async function afterAbort(tabId: number, url: string, download: boolean): Promise<Outcome | undefined> {
  const tab = await chrome.tabs.get(tabId).catch(() => undefined);
  if (isPage(tab?.url)) return undefined;
  if (download)
    return new HostError('DOWNLOAD_INSTEAD_OF_PAGE', 'the address gave a file to download', { entry: url });
  if (tab === undefined) return tabClosed(url);
  if (isPage(tab.pendingUrl)) return undefined;
  return new HostError('PAGE_NOT_ANSWERING', 'the address gave no page', { entry: url });
}

function isPage(url: string | undefined): boolean {
  return url !== undefined && url !== '' && url !== 'about:blank';
}

function tabClosed(url: string): HostError {
  return new HostError('TAB_CLOSED', 'the tab was closed while the page was loading', { entry: url });
}

function aborted(url: string, signal: AbortSignal): Promise<HostError> {
  const error = new HostError('CAPTURE_CANCELLED', 'cancelled', { entry: url });
  if (signal.aborted) return Promise.resolve(error);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(error), { once: true }));
}
