import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaptureSite, messageColour, messageHeight, serveCaptureSite } from './capture-site.ts';
import { type CapturedBundle, capturedBundle } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { pngColumn } from './png-column.ts';
import { closedNetwork } from './run-start.ts';

const messages = process.env.TIEZHENG_LONG === '1' ? 2000 : 150;

describe.skipIf(!canOpenExtension())('areas that scroll inside the page', () => {
  const profile = mkdtempSync(join(tmpdir(), 'tiezheng-areas-'));
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

  const entriesOf = ({ record }: CapturedBundle) =>
    record.notCaptured.filter(({ what }) => what === 'scroll-area').map(({ detail = '' }) => detail);
  const picturesOf = ({ record }: CapturedBundle, element: string) =>
    record.artefacts
      .filter(({ kind, about }) => kind === 'scroll-area' && about?.element === element)
      .map(({ path, about }) => ({ path, about: about as Record<string, number> }));

  test(`a chat of ${messages} messages: every one in DOM and pictures, or its pixels listed`, async () => {
    const id = await browser.capture(`${site.origin}/chat-${messages}`);
    const bundle = await capturedBundle(browser, id, 150_000);
    const hidden = entriesOf(bundle);
    expect(bundle.record.notCaptured.map(({ what }) => what)).toEqual(
      hidden.length === 0 ? ['challenge'] : expect.arrayContaining(['scroll-area']),
    );
    const covered =
      hidden.length === 0
        ? messages
        : Math.floor(Number(/pictured \d+ × (\d+) px/.exec(hidden[0] ?? '')?.[1]) / messageHeight);
    const left = Number(/hidden (\d+) px/.exec(hidden[0] ?? '')?.[1] ?? 0);
    expect(Math.abs((messages - covered) * messageHeight - left)).toBeLessThan(messageHeight);

    const doms = bundle.names.filter((name) => /^evidence\/scroll-area-001-\d{3}\.html$/.test(name));
    const texts = await Promise.all(doms.map((name) => bundle.text(name)));
    const kept = new Set(
      texts.flatMap((text) => [...text.matchAll(/MESSAGE-(\d+)-END/g)].map(([, n]) => Number(n))),
    );
    const seen = new Set<number>();
    for (const { path, about } of picturesOf(bundle, 'div#chat')) {
      const { pixels } = pngColumn(await bundle.read(path), Math.round(about.width! * 0.7));
      for (const [row, pixel] of pixels.entries()) {
        const n = Math.floor((about.top! + row) / messageHeight);
        const middle = (about.top! + row) % messageHeight === messageHeight / 2;
        if (!middle) continue;
        if (pixel.join() !== messageColour(n).join()) expect.fail(`${path} row ${row}: ${pixel.join()}`);
        seen.add(n);
      }
    }
    const wanted = Array.from({ length: covered }, (_, n) => n);
    expect(wanted.filter((n) => !kept.has(n))).toEqual([]);
    expect(wanted.filter((n) => !seen.has(n))).toEqual([]);
    if (messages === 150) expect(hidden).toEqual([]);
  });

  test('wide, nested, far down and framed areas are covered; what cannot be seen is listed; all is put back', async () => {
    const tabId = await browser.evaluate<number>(
      `chrome.tabs.create({ url: ${JSON.stringify(`${site.origin}/areas`)} }).then(({ id }) => id)`,
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const request = { tabId, mode: 'reload', cookies: false, purpose: '', makers: [] } as const;
    const { captureId } = await browser.ask('start-capture', request);
    const bundle = await capturedBundle(browser, captureId, 90_000);
    for (const element of ['div#wide', 'div#both', 'div#outer', 'div#nested', 'div#low', 'html']) {
      const pictures = picturesOf(bundle, element);
      expect(pictures.length, element).toBeGreaterThan(1);
      const reach = (from: 'left' | 'top', size: 'width' | 'height') =>
        Math.max(...pictures.map(({ about }) => about[from]! + about[size]!));
      const { scrollWidth, scrollHeight } = pictures[0]!.about;
      if (element !== 'div#outer')
        expect(reach('left', 'width'), element).toBeGreaterThanOrEqual(scrollWidth! - 1);
      expect(reach('top', 'height'), element).toBeGreaterThanOrEqual(scrollHeight! - 1);
    }
    for (const element of ['div#nested', 'div#low', 'html'])
      for (const { path, about } of picturesOf(bundle, element))
        for (const [row, pixel] of pngColumn(await bundle.read(path), 150).pixels.entries()) {
          const half = about.scrollHeight! / 2;
          const y = about.top! + row;
          const colour = y < half ? [255, 0, 0] : [0, 0, 255];
          if (Math.abs(y - half) > 2) expect(pixel, `${element} ${path} row ${row}`).toEqual(colour);
        }
    expect(entriesOf(bundle).sort()).toEqual([
      expect.stringMatching(/^div#clear: .*hidden 2\d\d px of height.*invisible/),
      expect.stringMatching(/^div#under: .*hidden 2\d\d px of height.*covered/),
    ]);
    const positions = `chrome.debugger.attach({ tabId: ${tabId} }, '1.3')
      .then(() => chrome.debugger.sendCommand({ tabId: ${tabId} }, 'Runtime.evaluate', { returnByValue: true, expression:
        '[scrollY, ...["wide", "both", "outer", "nested", "low"].flatMap((id) => [document.getElementById(id).scrollLeft, document.getElementById(id).scrollTop])]' }))
      .then(({ result }) => chrome.debugger.detach({ tabId: ${tabId} }).then(() => result.value))`;
    expect(await browser.evaluate(positions)).toEqual(Array(11).fill(0));
  });
});
