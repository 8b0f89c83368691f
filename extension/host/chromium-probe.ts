import type { Item } from '#shared/environment/items';
import { ownFiles } from './own-files.ts';
import type { Probe } from './probe.ts';

interface Entropy {
  readonly platformVersion?: string;
  readonly fullVersionList?: readonly { readonly brand: string; readonly version: string }[];
}

/** Members of `navigator` the DOM library does not know yet. */
interface Hints {
  readonly connection?: { readonly type?: string; readonly effectiveType?: string };
  readonly deviceMemory?: number;
  readonly userAgentData?: { getHighEntropyValues(hints: readonly string[]): Promise<Entropy> };
}

const HOSTS = 20;
const SERVERS = 10;
/** Chromium reports the scale of a screen as dots per inch, 96 for 1. */
const CSS_DPI = 96;

/** `Probe` on chrome.* of Chromium ≥ 125, for the service worker. */
export function chromiumProbe(): Probe {
  const hints = navigator as Navigator & Hints;
  const entropy = async (): Promise<Entropy> =>
    (await hints.userAgentData?.getHighEntropyValues(['platformVersion', 'fullVersionList'])) ?? {};
  return {
    connection: () => {
      const { type, effectiveType } = hints.connection ?? {};
      return {
        online: navigator.onLine,
        ...(type === undefined ? {} : { type }),
        ...(effectiveType === undefined ? {} : { effectiveType }),
      };
    },
    proxy: proxySettings,
    device: async () => {
      const [{ os, arch }, { platformVersion }] = await Promise.all([
        chrome.runtime.getPlatformInfo(),
        entropy(),
      ]);
      return {
        system: os,
        ...(platformVersion ? { systemVersion: platformVersion.slice(0, 100) } : {}),
        architecture: arch,
        processors: navigator.hardwareConcurrency,
        ...(hints.deviceMemory === undefined ? {} : { memory: hints.deviceMemory }),
      };
    },
    brands: async () => {
      const { fullVersionList = [] } = await entropy();
      return fullVersionList.slice(0, 20).map(({ brand, version }) => `${brand} ${version}`.slice(0, 100));
    },
    screens: async () => {
      const displays = await chrome.system.display.getInfo().catch(() => undefined);
      return displays?.slice(0, 20).map(({ bounds, isPrimary, dpiX }) => ({
        width: Math.max(0, Math.round(bounds.width)),
        height: Math.max(0, Math.round(bounds.height)),
        // 0 where there is no screen: a browser without a head.
        ...(dpiX > 0 ? { scale: dpiX / CSS_DPI } : {}),
        primary: isPrimary,
      }));
    },
    otherExtensions,
    persisted: () => navigator.storage.persisted(),
    ownFiles,
    window: windowOf,
  };
}

async function proxySettings(): Promise<Item<'proxy'>['evidence'] | undefined> {
  const found = await chrome.proxy.settings.get({ incognito: false }).catch(() => undefined);
  if (found === undefined) return undefined;
  const { value, levelOfControl } = found;
  const { singleProxy, proxyForHttp, proxyForHttps, proxyForFtp, fallbackProxy } = value.rules ?? {};
  const servers = [singleProxy, proxyForHttp, proxyForHttps, proxyForFtp, fallbackProxy]
    .filter((server) => server !== undefined)
    .map(({ scheme = 'http', host, port }) => `${scheme}://${host}${port === undefined ? '' : `:${port}`}`);
  const script = value.pacScript?.url;
  const all = [...servers, ...(script === undefined ? [] : [script])].map((server) => server.slice(0, 300));
  return {
    mode: value.mode,
    levelOfControl,
    ...(all.length === 0 ? {} : { servers: all.slice(0, SERVERS) }),
  };
}

async function otherExtensions(): Promise<
  NonNullable<Item<'extensions'>['evidence']['extensions']> | undefined
> {
  if (!(await chrome.permissions.contains({ permissions: ['management'] }))) return undefined;
  const all = await chrome.management.getAll();
  return all
    .filter(({ id, type }) => id !== chrome.runtime.id && type !== 'theme')
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, 500)
    .map(({ id, name, version, enabled, installType, hostPermissions }) => ({
      id: id.slice(0, 60),
      name: name.slice(0, 200).toWellFormed(),
      version: version.slice(0, 60),
      enabled,
      installType,
      hosts: hostPermissions.slice(0, HOSTS).map((host) => host.slice(0, 200).toWellFormed()),
    }));
}

async function windowOf(tabId: number): Promise<Item<'window'>['evidence'] | undefined> {
  try {
    const { windowId, incognito } = await chrome.tabs.get(tabId);
    const [{ width, height }, zoom] = await Promise.all([
      chrome.windows.get(windowId),
      chrome.tabs.getZoom(tabId),
    ]);
    return {
      private: incognito,
      ...(width === undefined ? {} : { width: Math.max(0, width) }),
      ...(height === undefined ? {} : { height: Math.max(0, height) }),
      zoom,
    };
  } catch {
    // The tab went away; the capture itself says so.
    return undefined;
  }
}
