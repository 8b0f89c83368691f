import browser from 'webextension-polyfill';
import { ownFiles } from './own-files.ts';
import type { Probe } from './probe.ts';

/** `Probe` for a page of a Firefox extension: proxy settings and other extensions it is not allowed to see. */
export function firefoxProbe(): Probe {
  return {
    connection: () => ({ online: navigator.onLine }),
    proxy: async () => undefined,
    device: async () => {
      const { os, arch } = await browser.runtime.getPlatformInfo();
      return { system: os, architecture: arch, processors: navigator.hardwareConcurrency };
    },
    brands: async () => {
      const { name, version } = await browser.runtime.getBrowserInfo();
      return [`${name} ${version}`.slice(0, 100)];
    },
    screens: async () => {
      const { width, height } = screen;
      return [{ width, height, scale: devicePixelRatio, primary: true }];
    },
    otherExtensions: async () => undefined,
    persisted: () => navigator.storage.persisted(),
    ownFiles,
    window: async (tabId) => {
      try {
        const { windowId = browser.windows.WINDOW_ID_NONE, incognito } = await browser.tabs.get(tabId);
        const { width = 0, height = 0 } = await browser.windows.get(windowId);
        return { private: incognito, width, height, zoom: await browser.tabs.getZoom(tabId) };
      } catch {
        // The tab went away; the capture itself says so.
        return undefined;
      }
    },
  };
}
