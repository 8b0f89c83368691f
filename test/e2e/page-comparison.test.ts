import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FactsFile } from '#shared/fact/facts-file';
import { type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { type CapturedBundle, capturedBundle, ledgerLines } from './captured-bundle.ts';
import {
  canOpenExtension,
  type ExtensionSession,
  extensionFolder,
  openExtension,
} from './extension-session.ts';
import { closedNetwork } from './run-start.ts';

const INJECTED = '此文字由另一扩展写入 INJECTED-BY-ANOTHER';

/** Another extension that writes into pages whose path ends with `-watched`. */
function makeOtherExtension(folder: string): void {
  mkdirSync(folder);
  const manifest = {
    manifest_version: 3,
    name: 'other',
    version: '1',
    content_scripts: [{ matches: ['http://127.0.0.1/*-watched'], js: ['write.js'] }],
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  const script = `const p = document.createElement('p'); p.textContent = ${JSON.stringify(INJECTED)}; document.body.append(p);`;
  writeFileSync(join(folder, 'write.js'), script);
}

/** Resolves when the page shows what it fetches after it has loaded. */
const arrived = `new Promise((done) => {
  const look = () => (document.body.innerText.includes('库存 “87” 件') ? done() : setTimeout(look, 50));
  look();
})`;

describe.skipIf(!canOpenExtension())('a page beside its responses and beside itself as found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-comparison-'));
  const other = join(folder, 'other');
  let site: CaptureSite;
  let browser: ExtensionSession;

  beforeAll(async () => {
    makeOtherExtension(other);
    site = await serveCaptureSite();
    const both = `${extensionFolder},${other}`;
    const extra = [closedNetwork, `--load-extension=${both}`, `--disable-extensions-except=${both}`];
    browser = await openExtension(join(folder, 'profile'), extra);
    await browser.ask('service-state');
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const factsOf = async ({ text }: CapturedBundle) =>
    JSON.parse(await text('evidence/facts.json')) as FactsFile;
  const captureTab = async (tabId: number, mode: 'reload' | 'as-is') => {
    const request = { tabId, mode, cookies: false, purpose: '', makers: [] } as const;
    const { captureId } = await browser.ask('start-capture', request);
    return capturedBundle(browser, captureId, 120_000);
  };
  /** Opens a page and edits it as DevTools would: over the debugger, which is gone before the capture. */
  const editedTab = (path: string, edit: string) =>
    browser.evaluate<number>(`(async () => {
      const { id: tabId } = await chrome.tabs.create({ url: ${JSON.stringify(`${site.origin}${path}`)} });
      while ((await chrome.tabs.get(tabId)).status !== 'complete') await new Promise((done) => setTimeout(done, 50));
      await chrome.debugger.attach({ tabId }, '1.3');
      const evaluate = (expression) =>
        chrome.debugger.sendCommand({ tabId }, 'Runtime.evaluate', { expression, awaitPromise: true });
      await evaluate(${JSON.stringify(arrived)});
      await evaluate(${JSON.stringify(edit)});
      await chrome.debugger.detach({ tabId });
      return tabId;
    })()`);

  test('text of document, fetched data and script is explained; a page left alone does not differ', async () => {
    const bundle = await captureTab(await editedTab('/item', ''), 'reload');
    const { unexplained, difference, cached } = await factsOf(bundle);
    expect(unexplained).toMatchObject({ count: 0, foundOnly: 0, bodiesMissing: 0 });
    expect(unexplained?.texts).toBeGreaterThanOrEqual(5);
    expect(difference).toMatchObject({ reloaded: true, onlyFound: { count: 0 }, onlyFinal: { count: 0 } });
    expect(cached.count).toBe(0);
    const lines = (await bundle.text('evidence/text-001.txt')).split('\n');
    expect(lines).toEqual(expect.arrayContaining(['正品茶壶', '¥1299.00', '库存 “87” 件', '产地：宜兴']));
    expect(lines).not.toContain('HIDDEN-TEXT');
    expect(JSON.parse(await bundle.text('evidence/page-002.json'))).toMatchObject({
      moment: 'final',
      title: '正品茶壶 旗舰店',
      charset: 'UTF-8',
      userActive: false,
    });
  });

  test('title and price edited by hand before the capture: flagged, both versions kept', async () => {
    const edit = `document.title = '改过的标题'; document.getElementById('price').textContent = '¥1.00';`;
    const bundle = await captureTab(await editedTab('/item', edit), 'reload');
    const { unexplained, difference } = await factsOf(bundle);
    expect(difference?.title).toEqual({ found: '改过的标题', final: '正品茶壶 旗舰店' });
    expect(difference?.onlyFound.lines).toEqual(['¥1.00']);
    expect(difference?.onlyFinal.lines).toEqual(['¥1299.00']);
    expect(unexplained).toMatchObject({ count: 2, foundOnly: 2 });
    expect(unexplained?.entries.map(({ text }) => text).sort()).toEqual(['¥1.00', '改过的标题'].sort());
    expect(await bundle.text('evidence/dom-found.html')).toContain('<title>改过的标题</title>');
    expect(bundle.doms[0]).toContain('¥1299.00');
  });

  test('text written by another extension is listed', async () => {
    const bundle = await capturedBundle(
      browser,
      await browser.capture(`${site.origin}/item-watched`),
      120_000,
    );
    const { unexplained } = await factsOf(bundle);
    expect(unexplained).toMatchObject({ count: 1, foundOnly: 0 });
    expect(unexplained?.entries[0]).toMatchObject({ text: INJECTED, found: true, final: true });
  });

  test('the second answer is a captcha: the page found stays the exhibit, the difference is stated', async () => {
    const bundle = await capturedBundle(
      browser,
      await browser.capture(`${site.origin}/then-captcha`),
      120_000,
    );
    expect(ledgerLines(bundle.view)).toContain('reload page-replied-differently');
    const { difference } = await factsOf(bundle);
    expect(difference?.title).toEqual({ found: 'goods', final: '验证' });
    expect(difference?.onlyFound.lines).toContain('PAGE-MARK');
    expect(difference?.onlyFinal.lines).toEqual(['请拖动滑块']);
    expect(await bundle.text('evidence/text-found.txt')).toContain('PAGE-MARK');
  });

  test('as it is: earlier responses are in the ledger, and nothing is claimed about the text', async () => {
    const bundle = await captureTab(await editedTab('/item', ''), 'as-is');
    expect(ledgerLines(bundle.view)).toContain('earlier-exchanges before-attach');
    expect(await factsOf(bundle)).toMatchObject({ unexplained: null, difference: { reloaded: false } });
  });
});
