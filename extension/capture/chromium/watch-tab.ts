import type { WatchedTab, WatchTab } from '../watched-tab.ts';
import { castScreen } from './cast-screen.ts';
import { DebuggerTab } from './debugger-tab.ts';
import { watchNetwork } from './network-watch.ts';
import { settleLayout } from './settle-layout.ts';

const SETTLED_MS = 300;
const SETTLE_LIMIT_MS = 1500;

/** Watches through chrome.debugger. The browser shows a bar for that, which resizes the page: it is waited for. */
export const watchChromiumTab: WatchTab = async (tabId): Promise<WatchedTab> => {
  const tab = await DebuggerTab.attach(tabId, true);
  const page = tab.target();
  // Neither is worth refusing for: the one tells of a crash, the other only avoids a jump in the picture.
  await page('Inspector.enable', {}).catch(() => undefined);
  await settleLayout({ page, tab }, SETTLED_MS, SETTLE_LIMIT_MS).catch(() => undefined);
  return {
    watchNetwork: (onExchange) => watchNetwork(tab, onExchange),
    castScreen: (onPicture) => castScreen(tab, onPicture),
    onLoss: (listener) => tab.onLoss(listener),
    close: () => tab.detach(),
  };
};
