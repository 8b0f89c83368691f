import type { CdpFrame } from './cdp.ts';
import type { Send } from './debugger-tab.ts';

const FIRST_ANSWER = 4000;

/**
 * The main frame of the page as it stands. `Page.enable` also makes dialogs visible to us; while one is open from
 * before, the page's process answers nothing.
 * @throws CommandError TIMEOUT then
 */
export async function firstFrame(page: Send): Promise<CdpFrame> {
  await page('Page.enable', {}, FIRST_ANSWER);
  return (await page('Page.getFrameTree', {}, FIRST_ANSWER)).frameTree.frame;
}
