import browser from 'webextension-polyfill';

/** One frame as it stands; lengths in CSS px. */
export interface PageView {
  readonly url: string;
  readonly html: string;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
}

/** Runs in each frame. */
const look = `(() => {
  const root = document.documentElement;
  return {
    url: location.href,
    html: '<!doctype html>\\n' + root.outerHTML,
    width: innerWidth,
    height: innerHeight,
    scale: devicePixelRatio,
    contentWidth: root.scrollWidth,
    contentHeight: root.scrollHeight,
  };
})()`;

/** All frames of a tab, the page itself first. Frames the browser lets no extension into are left out by it. */
export async function readPage(tabId: number): Promise<PageView[]> {
  return (await browser.tabs.executeScript(tabId, {
    code: look,
    allFrames: true,
    runAt: 'document_end',
  })) as PageView[];
}
