import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CaptureSite, serveCaptureSite } from './capture-site.ts';
import { capturedBundle } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type RunningService, startService } from './start-service.ts';

const LIMIT_MS = 150_000;

describe.skipIf(!canOpenExtension())('the browser throws the database of the extension away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-lost-'));
  const profile = join(folder, 'browser');
  let site: CaptureSite;
  let service: RunningService;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveCaptureSite();
    service = await startService({ dataDir: join(folder, 'data') });
    browser = await openExtension(profile);
    await browser.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const banner = () =>
    browser.evaluate<string>(`document.querySelector('main > [role=alert]')?.textContent ?? ''`);
  const press = (label: string) =>
    browser.evaluate<void>(
      `[...document.querySelectorAll('button')].find((b) => b.textContent === ${JSON.stringify(label)}).click()`,
    );
  /** The banner in Chinese and in English, whichever is shown first. */
  const banners = async () => {
    await expect.poll(banner, { timeout: 120_000 }).not.toBe('');
    const first = await banner();
    const english = first.includes('Evidence');
    await press(english ? '中文' : 'English');
    await expect.poll(banner).not.toBe(first);
    const second = await banner();
    return english ? { en: first, zh: second } : { en: second, zh: first };
  };

  test('under a running browser: the panel says which numbers are lost, the next captures carry it', async () => {
    const { device } = await browser.ask('service-state');
    const first = await browser.ended(await browser.capture(`${site.origin}/inner`), LIMIT_MS);
    expect(first.state, JSON.stringify(first.error)).toBe('sealed');
    await service.kill();
    const waiting = await browser.capture(`${site.origin}/inner`);
    await browser.until(waiting, ({ state }) => state === 'bundled', LIMIT_MS);
    expect(await banner()).toBe('');

    await browser.evaluate(`new Promise((resolve, reject) => {
      const gone = indexedDB.deleteDatabase('tiezheng');
      gone.onsuccess = resolve;
      gone.onerror = () => reject(gone.error);
    })`);
    await browser.endWorker();
    await browser.evaluate('location.reload()');
    const { zh, en } = await banners();
    expect(zh).toContain(`设备 ${device} 的第 2 号取证尚未封存`);
    expect(zh).toContain('请重新配对');
    expect(en).toContain(`captures 2 of device ${device} were not sealed`);
    const now = await browser.ask('service-state');
    expect(now).toMatchObject({ paired: false });
    expect(now.device).not.toBe(device);

    const later = await capturedBundle(browser, await browser.capture(`${site.origin}/inner`));
    const lines = (await later.text('evidence/journal.jsonl')).trim().split('\n');
    const started = lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'capture-started');
    expect(started.detail.lost).toMatchObject([{ device, last: 2, unsealed: [[2, 2]] }]);

    await press((await banner()).includes('Evidence') ? 'Noted' : '已知悉');
    await expect.poll(banner).toBe('');
  });

  test('between two starts of the browser: noticed at the start', async () => {
    const { device } = await browser.ask('service-state');
    await browser.close();
    const databases = join(profile, 'Default', 'IndexedDB');
    const own = readdirSync(databases).filter((name) => name.startsWith('chrome-extension_'));
    expect(own).not.toEqual([]);
    for (const name of own) rmSync(join(databases, name), { recursive: true });
    browser = await openExtension(profile);
    const { zh } = await banners();
    expect(zh).toContain(`设备 ${device} 的第 1 号取证尚未封存`);
  });
});
