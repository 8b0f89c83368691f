import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RegionChoice } from '#shared/artefact/choice';
import { sha256Hex } from '#shared/lib/sha256';
import type { Requests } from '../../extension/messages/protocol.ts';
import { type CapturedBundle, capturedBundle, ledgerLines } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type KindsSite, serveKindsSite } from './kinds-site.ts';
import { pngColumn } from './png-column.ts';

const options = { mode: 'reload', cookies: false, purpose: '', makers: [] } as const;
const green = [10, 200, 30];

describe.skipIf(!canOpenExtension())('regions, files and steps in a real browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-kinds-'));
  let site: KindsSite;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveKindsSite();
    browser = await openExtension(join(folder, 'browser'));
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A tab of the site, scrolled to `top`. */
  async function openTab(path: string): Promise<number> {
    const tab = await browser.evaluate<number>(
      `chrome.tabs.create({url: '${site.origin}${path}', active: true}).then((tab) => tab.id)`,
    );
    const status = () => browser.evaluate<string>(`chrome.tabs.get(${tab}).then((tab) => tab.status)`);
    await expect.poll(status, { timeout: 120_000 }).toBe('complete');
    return tab;
  }

  const closeTab = (tab: number) => browser.evaluate(`chrome.tabs.remove(${tab})`);

  /** As a person would: events of the browser itself, through the session that shows the frame. */
  async function act(tab: number, method: string, ...events: object[]): Promise<void> {
    for (const [at, event] of events.entries())
      await browser
        .evaluate(`chrome.debugger.sendCommand({tabId: ${tab}}, 'Input.${method}', ${JSON.stringify(event)})`)
        .catch((error: unknown) => {
          // The last one may end the choice, and with it the session it came through.
          if (at !== events.length - 1) throw error;
        });
  }
  const key = (tab: number, ...keys: (string | [string, number])[]) =>
    act(
      tab,
      'dispatchKeyEvent',
      ...keys.map((one) => ({
        type: 'keyDown',
        key: typeof one === 'string' ? one : one[0],
        modifiers: typeof one === 'string' ? 0 : one[1],
      })),
    );
  const mouse = (tab: number, ...steps: [type: string, x: number, y: number][]) =>
    act(
      tab,
      'dispatchMouseEvent',
      ...steps.map(([type, x, y]) => ({ type: `mouse${type}`, x, y, button: 'left', clickCount: 1 })),
    );
  const inPage = <T>(tab: number, expression: string) =>
    browser.evaluate<T>(
      `chrome.debugger.sendCommand({tabId: ${tab}}, 'Runtime.evaluate', ${JSON.stringify({ expression, returnByValue: true })}).then(({ result }) => result.value)`,
    );

  async function pick(tab: number, choose: () => Promise<void>): Promise<RegionChoice> {
    const picked = browser.ask('pick-region', { tabId: tab, language: 'zh' });
    picked.catch(() => undefined);
    const shown = () =>
      inPage<number>(tab, `document.querySelectorAll('tiezheng-region').length`).catch(() => 0);
    await expect.poll(shown, { timeout: 120_000 }).toBe(1);
    await choose();
    return (await picked).region;
  }

  async function captured(request: Requests['start-capture']['request']): Promise<CapturedBundle> {
    const { captureId } = await browser.ask('start-capture', request);
    return capturedBundle(browser, captureId, 120_000);
  }

  test('an element chosen by keyboard, then Escape: the frame is gone and nothing was begun', async () => {
    const tab = await openTab('/');
    const region = await pick(tab, async () => {
      // From main down to its first child, past the link to the price.
      await key(tab, 'ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter');
    });
    expect(region).toMatchObject({ by: 'element', x: 40, y: 1200, width: 300, height: 120 });
    await expect(pick(tab, () => key(tab, 'Escape'))).rejects.toMatchObject({ code: 'REGION_NOT_CHOSEN' });
    const cancelled = pick(tab, async () => void (await browser.ask('cancel-pick', { tabId: tab })));
    await expect(cancelled).rejects.toMatchObject({ code: 'REGION_NOT_CHOSEN' });
    expect((await browser.ask('list-captures', {})).captures).toEqual([]);

    const bundle = await captured({ tabId: tab, ...options, kind: 'region', region });
    expect(bundle.record.kind).toBe('region');
    for (const dom of ['dom-found', 'dom-001', 'region-001', 'region-002'])
      expect(await bundle.text(`evidence/${dom}.html`)).not.toContain('tiezheng');
    // As found the page was scrolled to the price; after the reload it is at its top. Both show the whole box.
    for (const phase of ['001', '002']) {
      const picture = pngColumn(await bundle.read(`evidence/region-${phase}-001.png`), 150);
      expect([picture.width, picture.height]).toEqual([300, 120]);
      expect(picture.pixels.at(0)).toEqual(green);
      expect(picture.pixels.at(-1)).toEqual(green);
      expect(await bundle.text(`evidence/region-${phase}.txt`)).toBe('价格 9.9 元\n国家级');
    }
    const facts = bundle.record.artefacts.find(({ path }) => path === 'evidence/region-002.txt')?.about;
    expect(facts).toMatchObject({
      phase: 'reloaded',
      x: 40,
      y: 1200,
      width: 300,
      height: 120,
      path: region.path,
    });
    // Never without the whole page.
    expect(bundle.names).toContain('evidence/screenshot-001.png');
    expect(pngColumn(await bundle.read('evidence/screenshot-001.png'), 150).height).toBeGreaterThanOrEqual(
      3000,
    );
    expect(bundle.record.tamperSignals).toEqual([]);
    await closeTab(tab);
  });

  test('a rectangle drawn with the pointer on a scrolled page, as it is', async () => {
    const tab = await openTab('/');
    const region = await pick(tab, async () => {
      await inPage(tab, 'scrollTo(0, 1100)');
      await mouse(tab, ['Moved', 60, 110], ['Pressed', 60, 110], ['Moved', 200, 180], ['Released', 200, 180]);
    });
    expect(region).toMatchObject({ by: 'rectangle', x: 60, y: 1210, width: 140, height: 70, dx: 20, dy: 10 });
    const bundle = await captured({ tabId: tab, ...options, mode: 'as-is', kind: 'region', region });
    const picture = pngColumn(await bundle.read('evidence/region-001-001.png'), -2);
    expect([picture.width, picture.height]).toEqual([140, 70]);
    expect(picture.pixels.at(0)).toEqual(green);
    expect(await bundle.text('evidence/region-001.txt')).toContain('国家级');
    expect(bundle.names.filter((name) => name.includes('region-002'))).toEqual([]);
    await closeTab(tab);
  });

  test('an element that is gone after the reload is listed, the one found is kept', async () => {
    const tab = await openTab('/');
    await browser.evaluate(`chrome.debugger.attach({tabId: ${tab}}, '1.3')`);
    await inPage(tab, `document.body.insertAdjacentHTML('beforeend', '<p id="once">只此一次</p>')`);
    await browser.evaluate(`chrome.debugger.detach({tabId: ${tab}})`);
    const place = { x: 0, y: 3000, width: 200, height: 30, dx: 0, dy: 0 };
    const region: RegionChoice = { by: 'element', path: '#once', ...place };
    const bundle = await captured({ tabId: tab, ...options, kind: 'region', region });
    expect(await bundle.text('evidence/region-001.txt')).toBe('只此一次');
    expect(ledgerLines(bundle.view)).toContain('region not-reached');
    await closeTab(tab);
  });

  test('a file offered by a chosen link: exact bytes, name, Referer, address; in the WARC too', async () => {
    const tab = await openTab('/');
    const { link, path } = await pick(tab, async () => {
      const [x, y] = await inPage<[number, number]>(
        tab,
        `(({ x, y, width, height }) => [x + width / 2, y + height / 2])(contract.getBoundingClientRect())`,
      );
      await mouse(tab, ['Moved', x, y], ['Pressed', x, y], ['Released', x, y]);
    });
    expect(link).toEqual({ href: `${site.origin}/files/contract.pdf`, text: '合同 下载' });
    await closeTab(tab);
    const bundle = await captured({
      url: `${site.origin}/go/contract`,
      ...options,
      kind: 'file',
      file: { page: `${site.origin}/`, linkText: link?.text ?? '', linkPath: path },
    });
    expect(sha256Hex(await bundle.read('evidence/file.bin'))).toBe(sha256Hex(site.pdf));
    const artefact = bundle.record.artefacts.find(({ kind }) => kind === 'file');
    expect(artefact?.about).toMatchObject({
      name: '合同.pdf',
      mediaType: 'application/pdf',
      status: 200,
      complete: true,
      url: `${site.origin}/files/contract.pdf`,
      origin: `${site.origin}/`,
      linkText: '合同 下载',
    });
    expect(bundle.record).toMatchObject({ kind: 'file', title: '合同.pdf', engine: { id: 'chromium-file' } });
    expect(site.referers('/files/contract.pdf')).toEqual([`${site.origin}/`]);
    const stored = bundle.responses.find(({ url }) => url.endsWith('/files/contract.pdf'));
    expect(sha256Hex(stored?.payload ?? new Uint8Array())).toBe(sha256Hex(site.pdf));
    expect(stored?.httpHeaders).toMatch(/content-disposition: inline/i);
    const har = JSON.parse(await bundle.text('evidence/network.har'));
    expect(har.log.entries.map((entry: { serverIPAddress?: string }) => entry.serverIPAddress)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
    ]);
    expect(har.log.entries[1].response.status).toBe(200);
    expect(ledgerLines(bundle.view)).not.toContain('file request-failed');
  });

  test('a PDF a tab shows: the viewer cannot be read, the file is asked for again', async () => {
    const tab = await openTab('/files/contract.pdf');
    const bundle = await captured({ tabId: tab, ...options, kind: 'file' });
    expect(sha256Hex(await bundle.read('evidence/file.bin'))).toBe(sha256Hex(site.pdf));
    await closeTab(tab);
  });

  test('a large download is read in pieces, leaves nothing in the downloads, and says what it lacks', async () => {
    const request = { url: `${site.origin}/files/all.zip`, ...options, kind: 'file' } as const;
    const { captureId } = await browser.ask('start-capture', request);
    const view = await browser.until(captureId, ({ state }) => state === 'bundled', 240_000);
    expect(view.artefacts.find(({ kind }) => kind === 'file')?.sha256).toBe(sha256Hex(site.archive));
    expect(ledgerLines(view)).toContain('file not-readable');
    expect(ledgerLines(view)).not.toContain('resource cancelled');
    expect(await browser.evaluate(`chrome.downloads.search({}).then((items) => items.length)`)).toBe(0);
    // Fetching 120 MB out of the browser and walking them with another library takes minutes.
    if (process.env.TIEZHENG_LONG === undefined) return;
    const bundle = await capturedBundle(browser, captureId);
    const stored = bundle.responses.find(({ url }) => url.endsWith('/files/all.zip'));
    expect(sha256Hex(stored?.payload ?? new Uint8Array())).toBe(sha256Hex(site.archive));
  });

  test('a transfer that breaks off keeps what came and is marked incomplete', async () => {
    const bundle = await captured({ url: `${site.origin}/files/broken.zip`, ...options, kind: 'file' });
    const artefact = bundle.record.artefacts.find(({ kind }) => kind === 'file');
    expect(artefact?.about?.complete).toBe(false);
    expect(artefact?.bytes).toBeLessThanOrEqual(2 ** 20);
    expect(bundle.view.notCaptured.filter(({ what }) => what === 'file').length).toBeGreaterThan(0);
  });

  test('what no server gives is refused before a number is taken', async () => {
    const before = (await browser.ask('list-captures', {})).captures.length;
    const start = (more: { url: string; kind: string }) =>
      browser.ask('start-capture', {
        ...options,
        ...more,
      } as unknown as Requests['start-capture']['request']);
    await expect(start({ url: 'data:text/plain,x', kind: 'file' })).rejects.toMatchObject({
      code: 'FILE_NOT_FETCHABLE',
    });
    await expect(start({ url: `${site.origin}/`, kind: 'region' })).rejects.toMatchObject({
      code: 'REGION_NOT_CHOSEN',
    });
    await expect(start({ url: `${site.origin}/`, kind: 'step' })).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
    });
    expect((await browser.ask('list-captures', {})).captures.length).toBe(before);
  });
});
