import { HostError } from './host-error.ts';
import { navigationFailure } from './navigation-failure.ts';

/** A page that has shown something by then is captured as it stands; one that has not is given up. */
const LOAD_LIMIT_MS = 30_000;
/** An aborted navigation may be a download; the download is announced a little later (measured: < 100 ms). */
const DOWNLOAD_GRACE_MS = 1000;

/** Opens `url` in a new active tab; see `Host.openPage`. */
export async function openPage(
  url: string,
  signal: AbortSignal,
): Promise<{ tabId: number; settled: boolean }> {
  const watch = new AbortController();
  const stop = AbortSignal.any([watch.signal, signal]);
  const outcome = firstOutcome(url, stop);
  const tab = await chrome.tabs.create({ url, active: true });
  const tabId = tab.id;
  if (tabId === undefined) throw new HostError('TAB_NOT_FOUND', 'the browser gave the new tab no id');
  try {
    return { tabId, settled: await outcome.of(tabId) };
  } catch (error) {
    await chrome.tabs.remove(tabId).catch(() => undefined);
    throw error;
  } finally {
    watch.abort();
  }
}

type Report = (tabId: number, result: { settled: boolean } | HostError) => void;

/**
 * Listens before the tab exists, so that nothing is missed; reports are kept until `of` names the tab.
 * `of` resolves to whether the page settled and rejects with the HostError that explains why there is none.
 */
function firstOutcome(url: string, signal: AbortSignal): { of(tabId: number): Promise<boolean> } {
  const early = new Map<number, { settled: boolean } | HostError>();
  let report: Report = (tabId, result) => {
    if (!early.has(tabId)) early.set(tabId, result);
  };
  let downloads = 0;
  const onUpdated = (tabId: number, change: { status?: string }, tab: chrome.tabs.Tab) => {
    if (change.status === 'complete' && isPage(tab.url)) report(tabId, { settled: true });
  };
  const onError = (details: { tabId: number; frameId: number; url: string; error: string }) => {
    if (details.frameId !== 0) return;
    if (details.error !== 'net::ERR_ABORTED') report(details.tabId, navigationFailure(details));
    else
      setTimeout(
        () => report(details.tabId, abortedNavigation(details.url, downloads > 0)),
        DOWNLOAD_GRACE_MS,
      );
  };
  const onDownload = (item: { url: string; finalUrl?: string }) => {
    if (item.url === url || item.finalUrl === url) downloads++;
  };
  const onRemoved = (tabId: number) =>
    downloads === 0 &&
    setTimeout(
      () => report(tabId, downloads > 0 ? abortedNavigation(url, true) : tabClosed(url)),
      DOWNLOAD_GRACE_MS,
    );
  chrome.tabs.onUpdated.addListener(onUpdated);
  chrome.tabs.onRemoved.addListener(onRemoved);
  chrome.webNavigation.onErrorOccurred.addListener(onError);
  chrome.downloads.onCreated.addListener(onDownload);
  signal.addEventListener('abort', () => {
    chrome.tabs.onUpdated.removeListener(onUpdated);
    chrome.tabs.onRemoved.removeListener(onRemoved);
    chrome.webNavigation.onErrorOccurred.removeListener(onError);
    chrome.downloads.onCreated.removeListener(onDownload);
  });

  return {
    of: (wanted) =>
      new Promise((resolve, reject) => {
        const settle = (result: { settled: boolean } | HostError) =>
          result instanceof HostError ? reject(result) : resolve(result.settled);
        report = (tabId, result) => tabId === wanted && settle(result);
        const known = early.get(wanted);
        if (known !== undefined) settle(known);
        const cancelled = () => reject(new HostError('CAPTURE_CANCELLED', 'cancelled', { entry: url }));
        if (signal.aborted) cancelled();
        signal.addEventListener('abort', cancelled);
        setTimeout(() => void whatIsShown(wanted, url).then(settle), LOAD_LIMIT_MS);
      }),
  };
}

async function whatIsShown(tabId: number, url: string): Promise<{ settled: boolean } | HostError> {
  const tab = await chrome.tabs.get(tabId).catch(() => undefined);
  if (tab === undefined) return tabClosed(url);
  if (isPage(tab.url)) return { settled: tab.status === 'complete' };
  return new HostError('PAGE_NOT_ANSWERING', `no answer within ${LOAD_LIMIT_MS} ms`, { entry: url });
}

function isPage(url: string | undefined): boolean {
  return url !== undefined && url !== '' && url !== 'about:blank';
}

function tabClosed(url: string): HostError {
  return new HostError('TAB_CLOSED', 'the tab was closed while the page was loading', { entry: url });
}

function abortedNavigation(url: string, download: boolean): HostError {
  return download
    ? new HostError('DOWNLOAD_INSTEAD_OF_PAGE', 'the address gave a file to download', { entry: url })
    : new HostError('PAGE_NOT_ANSWERING', 'the address gave no page', { entry: url });
}
