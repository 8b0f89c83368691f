import browser, { type Tabs } from 'webextension-polyfill';
import { firefoxProbe } from './firefox-probe.ts';
import type { Host, TabFacts } from './host.ts';
import { HostError } from './host-error.ts';

const LOAD_LIMIT_MS = 30_000;
const POLL_MS = 100;
const HISTORY_KEY = 'history';

/**
 * `Host` for a page of a Firefox extension, which captures and finishes in one context.
 * @param finish takes a capture as far as it goes
 */
export function firefoxHost(finish: (captureId: string) => void): Host {
  return {
    facts: {
      extensionVersion: browser.runtime.getManifest().version,
      userAgent: navigator.userAgent,
      language: navigator.language,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    openPage: async (url, signal) => {
      const { id: tabId = -1 } = await browser.tabs.create({ url, active: true });
      return { tabId, settled: await loaded(tabId, signal) };
    },
    openBlank: async (active = false) => (await browser.tabs.create({ url: 'about:blank', active })).id ?? -1,
    closeTab: (tabId) => browser.tabs.remove(tabId).catch(() => undefined),
    tab: async (tabId) => {
      const tab = await browser.tabs.get(tabId).catch(() => undefined);
      if (tab === undefined)
        throw new HostError('TAB_NOT_FOUND', `no tab ${tabId}`, { entry: String(tabId) });
      return tabFacts(tab);
    },
    lastActiveTab: async () => {
      const own = browser.runtime.getURL('');
      const tabs = (await browser.tabs.query({})).filter(({ url = '' }) => !url.startsWith(own));
      const [newest] = tabs.sort((a, b) => (b.lastAccessed ?? 0) - (a.lastAccessed ?? 0));
      return newest === undefined ? undefined : tabFacts(newest);
    },
    // Firefox tells an extension neither; the engine provides no such sign.
    debuggersOn: async () => ({ attached: false, devtools: false }),
    mayReadFiles: async () => false,
    freeStorage: async () => {
      const { quota = 0, usage = 0 } = await navigator.storage.estimate();
      return quota - usage;
    },
    // A page lives as long as it is open.
    keepAwake: () => () => undefined,
    wakeRegularly: async () => undefined,
    watchRegularly: async () => undefined,
    recall: async () => (await browser.storage.local.get(HISTORY_KEY))[HISTORY_KEY],
    remember: (mark) => browser.storage.local.set({ [HISTORY_KEY]: mark }),
    probe: firefoxProbe(),
    applyUpdate: () => browser.runtime.reload(),
    finish: async (captureId) => finish(captureId),
    tabStream: async (tabId) => {
      throw new HostError('RECORDING_NOT_ALLOWED', 'Firefox gives no media of a tab', {
        entry: String(tabId),
      });
    },
    recorder: async () => ({ recording: false }),
    showOnButton: async (text) => browser.browserAction.setBadgeText({ text }),
    // No engine takes files here.
    downloads: async () => [],
    download: ({ url, token, fileName }) =>
      browser.downloads.download({
        url,
        filename: fileName,
        headers: [{ name: 'Authorization', value: `Bearer ${token}` }],
      }),
  };
}

function tabFacts(tab: Tabs.Tab): TabFacts {
  return {
    tabId: tab.id ?? -1,
    url: tab.url ?? '',
    title: tab.title ?? '',
    loading: tab.status === 'loading',
    visible: tab.active,
    muted: tab.mutedInfo?.muted ?? false,
  };
}

async function loaded(tabId: number, signal: AbortSignal): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < LOAD_LIMIT_MS; ) {
    if (signal.aborted) throw new HostError('CAPTURE_CANCELLED', 'cancelled');
    const { status, url } = await browser.tabs.get(tabId);
    if (status === 'complete' && url !== 'about:blank') return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}
