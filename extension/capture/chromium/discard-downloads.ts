const GRACE_MS = 300;

/**
 * Listens from now on for downloads that our own request sets off, since its answer cannot be let go otherwise.
 * @returns what gives up those of `url`, so that nothing lands in the person's downloads
 */
export function discardDownloads(): (url: string) => Promise<void> {
  const begun: chrome.downloads.DownloadItem[] = [];
  const onCreated = (item: chrome.downloads.DownloadItem) => void begun.push(item);
  chrome.downloads.onCreated.addListener(onCreated);
  return async (url) => {
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
    chrome.downloads.onCreated.removeListener(onCreated);
    for (const { id, url: asked, finalUrl } of begun) {
      if (asked !== url && finalUrl !== url) continue;
      await chrome.downloads.cancel(id).catch(() => undefined);
      await chrome.downloads.removeFile(id).catch(() => undefined);
      await chrome.downloads.erase({ id }).catch(() => undefined);
    }
  };
}
