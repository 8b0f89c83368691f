import { chromiumProbe } from './chromium-probe.ts';
import type { DownloadFacts, Host, TabFacts } from './host.ts';
import { HostError } from './host-error.ts';
import { openPage } from './open-page.ts';
import type { RecorderAnswer, RecorderMessage, RecorderReply, RecorderRequest } from './recorder-request.ts';

export const WAKE_ALARM = 'owed-work';
export const WATCH_ALARM = 'inspection';
const HISTORY_KEY = 'history';
const OFFSCREEN_PAGE = 'offscreen.html';
/** Measured: an API call every 20 s keeps a service worker alive, silence ends it after 30 s. */
const AWAKE_MS = 20_000;

/** `Host` on chrome.* of Chromium ≥ 125, for the service worker. */
export function chromiumHost(): Host {
  return {
    facts: {
      extensionVersion: chrome.runtime.getManifest().version,
      userAgent: navigator.userAgent,
      language: navigator.language,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    openPage,
    openBlank: async (active = false) => {
      const { id } = await chrome.tabs.create({ url: 'about:blank', active });
      if (id === undefined) throw new HostError('TAB_NOT_FOUND', 'the browser gave the new tab no id');
      return id;
    },
    closeTab: (tabId) => chrome.tabs.remove(tabId).catch(() => undefined),
    tab: async (tabId) => {
      const tab = await chrome.tabs.get(tabId).catch(() => undefined);
      if (tab === undefined)
        throw new HostError('TAB_NOT_FOUND', `no tab ${tabId}`, { entry: String(tabId) });
      return tabFacts(tab);
    },
    lastActiveTab,
    debuggersOn,
    mayReadFiles: () => chrome.extension.isAllowedFileSchemeAccess(),
    freeStorage: async () => {
      const { quota, usage } = await navigator.storage.estimate();
      return (quota ?? 0) - (usage ?? 0);
    },
    keepAwake: () => {
      const timer = setInterval(() => void chrome.runtime.getPlatformInfo(), AWAKE_MS);
      return () => clearInterval(timer);
    },
    wakeRegularly: async (wanted) => {
      if (!wanted) await chrome.alarms.clear(WAKE_ALARM);
      else if ((await chrome.alarms.get(WAKE_ALARM)) === undefined)
        await chrome.alarms.create(WAKE_ALARM, { periodInMinutes: 0.5 });
    },
    watchRegularly: async (wanted) => {
      if (!wanted) await chrome.alarms.clear(WATCH_ALARM);
      else if ((await chrome.alarms.get(WATCH_ALARM)) === undefined)
        await chrome.alarms.create(WATCH_ALARM, { periodInMinutes: 1 });
    },
    finish: async (captureId) => {
      await ensureOffscreen();
      await chrome.runtime.sendMessage({ to: 'offscreen', captureId });
    },
    tabStream,
    recorder: askRecorder,
    recall: async () => (await chrome.storage.local.get(HISTORY_KEY))[HISTORY_KEY],
    remember: (mark) => chrome.storage.local.set({ [HISTORY_KEY]: mark }),
    probe: chromiumProbe(),
    applyUpdate: () => chrome.runtime.reload(),
    showOnButton: (text) => chrome.action.setBadgeText({ text }),
    downloads,
    download: ({ url, token, fileName }) =>
      chrome.downloads.download({
        url,
        filename: fileName,
        headers: [{ name: 'Authorization', value: `Bearer ${token}` }],
      }),
  };
}

async function downloads(): Promise<DownloadFacts[]> {
  const items = await chrome.downloads.search({ orderBy: ['-startTime'], limit: 20 });
  return items
    .filter(({ byExtensionId }) => byExtensionId !== chrome.runtime.id)
    .map(({ id, url, finalUrl, filename, referrer, startTime }) => ({
      id,
      url: finalUrl || url,
      path: filename,
      referrer,
      startedAt: Date.parse(startTime),
    }));
}

function tabFacts(tab: chrome.tabs.Tab): TabFacts {
  return {
    tabId: tab.id ?? -1,
    url: tab.url ?? tab.pendingUrl ?? '',
    title: tab.title ?? '',
    loading: tab.status === 'loading',
    visible: tab.active,
    muted: tab.mutedInfo?.muted ?? false,
  };
}

async function lastActiveTab(): Promise<TabFacts | undefined> {
  const own = chrome.runtime.getURL('');
  const tabs = await chrome.tabs.query({ windowType: 'normal' });
  const others = tabs.filter((tab) => !(tab.url ?? '').startsWith(own));
  const newest = others.sort((a, b) => (b.lastAccessed ?? 0) - (a.lastAccessed ?? 0))[0];
  return newest === undefined ? undefined : tabFacts(newest);
}

async function debuggersOn(tabId: number): Promise<{ attached: boolean; devtools: boolean }> {
  const targets = await chrome.debugger.getTargets();
  return {
    attached: targets.some((target) => target.tabId === tabId && target.attached),
    devtools: targets.some((target) => target.url.startsWith('devtools://devtools/')),
  };
}

async function tabStream(tabId: number): Promise<string> {
  try {
    return await chrome.tabCapture.getMediaStreamId({ targetTabId: tabId });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HostError('RECORDING_NOT_ALLOWED', message, { entry: String(tabId), cause });
  }
}

async function askRecorder(request: RecorderRequest): Promise<RecorderAnswer> {
  const message: RecorderMessage = { to: 'recorder', request };
  // Asking whether it still records must not start a context that then says no.
  const present = await chrome.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] });
  if (present.length === 0 && request.type === 'is-recording') return { recording: false };
  await ensureOffscreen();
  const reply = (await chrome.runtime.sendMessage(message)) as RecorderReply | undefined;
  if (reply?.ok !== true)
    throw new HostError('RECORDER_FAILED', reply?.message ?? 'no answer', { entry: request.type });
  return reply.answer;
}

let opening: Promise<void> | undefined;

/** One offscreen document at a time: a second `createDocument` would be refused. */
async function ensureOffscreen(): Promise<void> {
  const present = await chrome.runtime.getContexts({ contextTypes: ['OFFSCREEN_DOCUMENT'] });
  if (present.length > 0) return;
  opening ??= chrome.offscreen
    .createDocument({
      url: OFFSCREEN_PAGE,
      reasons: ['BLOBS', 'WORKERS', 'USER_MEDIA'],
      justification:
        'Records tabs on request; bundles captured evidence and uploads it to the paired service.',
    })
    .finally(() => {
      opening = undefined;
    });
  await opening;
}
