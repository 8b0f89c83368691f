import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bandColour,
  type CaptureSite,
  eucJpJson,
  eucJpPage,
  gbkJson,
  gbkPage,
  serveCaptureSite,
} from './capture-site.ts';
import { capturedBundle, ledgerLines as ledger } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import type { StoredResponse } from './open-package.ts';
import { pngColumn } from './png-column.ts';
import { closedNetwork } from './run-start.ts';

describe.skipIf(!canOpenExtension())('page capture in a real browser, without any service', () => {
  const profile = mkdtempSync(join(tmpdir(), 'tiezheng-capture-'));
  let site: CaptureSite;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveCaptureSite();
    browser = await openExtension(profile, [closedNetwork]);
    await browser.ask('service-state');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  const capture = async (path: string) =>
    capturedBundle(browser, await browser.capture(`${site.origin}${path}`));
  const captureTab = async (tabId: number) => {
    const request = { tabId, mode: 'reload', cookies: false, purpose: '', makers: [] } as const;
    const { captureId } = await browser.ask('start-capture', request);
    return capturedBundle(browser, captureId);
  };
  const bodyOf = (responses: readonly StoredResponse[], path: string) =>
    responses.find(({ url }) => url === `${site.origin}${path}`)?.payload;

  test('what a page hides is in the DOM files or in the ledger', async () => {
    const { view, doms, text } = await capture('/rich');
    const dom = doms.join('\n').replace(/<script[\s\S]*?<\/script>/g, '');
    for (const mark of ['SRCDOC-MARK', 'INNER-MARK', 'CLOSED-MARK'])
      expect(dom, mark).toContain(`<p>${mark}`);
    const forms = await text('evidence/forms.json');
    for (const mark of ['TYPED-MARK', 'IN-CLOSED-MARK']) expect(forms, mark).toContain(mark);
    expect(forms).not.toContain('PASSWORD-MARK');
    expect(ledger(view).filter((entry) => entry === 'resource http-status')).toHaveLength(5);
    for (const entry of [
      'frame not-reached',
      'image not-readable',
      'image never-loaded',
      'canvas not-readable',
      'request-body withheld',
      'worker not-reached',
    ])
      expect(ledger(view), entry).toContain(entry);
    expect(ledger(view)).not.toContain('scroll-area not-reached');
  });

  test('a page held by a dialog is released and captured, and the dialog is noted', async () => {
    const tabId = await browser.evaluate<number>(openTab(`${site.origin}/dialog`, `${site.origin}/dialog`));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { record, doms } = await captureTab(tabId);
    expect(record.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'found-set', reason: 'not-reached' }),
    );
    expect(doms[0]).toContain('DIALOG-PAGE-MARK');
    expect(record.notCaptured).toContainEqual(
      expect.objectContaining({ what: 'dialog', reason: 'dismissed', detail: 'alert: DIALOG-MARK' }),
    );
  });

  test('documents and fetched data are stored as the bytes that were served', async () => {
    const gbk = await capture('/gbk');
    expect(Buffer.from(bodyOf(gbk.responses, '/gbk') ?? []).equals(gbkPage)).toBe(true);
    expect(Buffer.from(bodyOf(gbk.responses, '/gbk.json') ?? []).equals(gbkJson)).toBe(true);
    expect(gbk.doms[0]).toContain('中国');
    const eucJp = await capture('/euc-jp');
    expect(Buffer.from(bodyOf(eucJp.responses, '/euc-jp') ?? []).equals(eucJpPage)).toBe(true);
    expect(Buffer.from(bodyOf(eucJp.responses, '/euc-jp.json') ?? []).equals(eucJpJson)).toBe(true);
    expect(eucJp.doms[0]).toContain('日本');
  });

  test('every band of a page of 30,000 px is where it belongs', async () => {
    const { view, read, record } = await capture('/bands');
    const tiles = record.artefacts.filter(({ kind }) => kind === 'screenshot');
    expect(ledger(view)).toEqual(['challenge offline']);
    const seen = new Set<number>();
    for (const { path, about } of tiles) {
      const { pixels, height } = pngColumn(await read(path), -5);
      expect(height).toBe(about?.height);
      for (const [row, pixel] of pixels.entries()) {
        const y = Number(about?.y) + row;
        if (y % 100 < 2 || y % 100 > 97) continue;
        if (pixel.join() !== bandColour(y).join()) expect.fail(`${path} row ${row}: ${pixel.join()}`);
        seen.add(Math.floor(y / 100));
      }
    }
    expect(seen.size).toBe(300);
  });

  test('the answer to a form is not asked for a second time', async () => {
    const tabId = await browser.evaluate<number>(openTab(`${site.origin}/form`, `${site.origin}/bought`));
    const { view, doms } = await captureTab(tabId);
    expect(site.requests.filter((line) => line === 'POST /bought')).toHaveLength(1);
    expect(ledger(view)).toEqual(
      expect.arrayContaining(['reload refused', 'earlier-exchanges before-attach']),
    );
    expect(doms[0]).toContain('order 1');
  });

  test.each(['/then-login', '/then-captcha'])('%s: the page found stays the exhibit', async (path) => {
    const { view, text } = await capture(path);
    expect(ledger(view)).toContain('reload page-replied-differently');
    expect(await text('evidence/dom-found.html')).toContain('PAGE-MARK');
  });

  test('a page that is gone when reloaded leaves what was found', async () => {
    const { view, text } = await capture('/then-gone');
    expect(view.cut).toBe(true);
    expect(ledger(view)).toEqual(expect.arrayContaining(['reload request-failed', 'capture request-failed']));
    expect(await text('evidence/dom-found.html')).toContain('PAGE-MARK');
  });

  test.each(['/leads-away', '/leads-away-later'])(
    '%s, where nothing is shown: held and captured, and the ledger says so',
    async (path) => {
      let captured = await capture(path);
      // Whether it leaves before it is first looked at is up to the machine; if not, what was found is kept and it is cut.
      for (let left = 3; left > 0 && captured.view.cut; left--) {
        expect(ledger(captured.view).join()).toMatch(
          /reload request-failed|capture (navigated-away|request-failed)/,
        );
        expect(await captured.text('evidence/dom-found.html')).toContain('STAY-MARK');
        captured = await capture(path);
      }
      const { view, record, doms, text, responses } = captured;
      expect(view.cut).toBe(false);
      for (const dom of [doms[0], await text('evidence/dom-found.html')]) expect(dom).toContain('STAY-MARK');
      expect(view.artefacts.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['found-screenshot', 'screenshot', 'mhtml']),
      );
      expect(new TextDecoder().decode(bodyOf(responses, path))).toContain('STAY-MARK');
      expect(record.notCaptured).toContainEqual({
        what: 'resource',
        reason: 'blocked',
        url: `${site.origin.replace('http:', 'https:')}${path}`,
        detail: expect.stringContaining('ERR_SSL_PROTOCOL_ERROR'),
      });
    },
  );

  test('a page left in mid-capture is cut there', async () => {
    const id = await browser.capture(`${site.origin}/bands`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'screenshot'));
    await browser.evaluate(leave(`${site.origin}/bands`, `${site.origin}/inner`));
    const { view, doms } = await capturedBundle(browser, id);
    expect(view.cut).toBe(true);
    expect(ledger(view)).toContain('capture navigated-away');
    expect(doms.join()).not.toContain('INNER-MARK');
  });
});

/** Opens a tab and waits until it shows \`final\`. */
function openTab(url: string, final: string): string {
  return `(async () => {
    const { id } = await chrome.tabs.create({ url: ${JSON.stringify(url)} });
    for (;;) {
      const tab = await chrome.tabs.get(id);
      if (tab.url === ${JSON.stringify(final)} && tab.status === 'complete') return id;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })()`;
}

/** Sends the tab that shows \`url\` elsewhere. */
function leave(url: string, to: string): string {
  return `(async () => {
    const [tab] = await chrome.tabs.query({ url: ${JSON.stringify(url)} });
    await chrome.tabs.update(tab.id, { url: ${JSON.stringify(to)} });
  })()`;
}
