import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type RunningService, startService } from './start-service.ts';

describe.skipIf(!canOpenExtension())('several captures in one browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-several-'));
  const pages = http.createServer((request, response) => {
    const height = request.url === '/tall' ? 40_000 : 500;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Page ${request.url}</title><div style="height:${height}px">text`);
  });
  let origin = '';
  let service: RunningService;
  let browser: ExtensionSession;
  let sealed = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    service = await startService();
    browser = await openExtension(join(folder, 'browser'));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    pages.closeAllConnections();
    pages.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('what was captured before pairing waits here and is sealed once paired', async () => {
    const id = await browser.capture(`${origin}/0`);
    const waiting = await browser.until(id, ({ error }) => error?.code === 'NOT_PAIRED');
    expect(waiting).toMatchObject({ state: 'bundled', challenged: false, anchored: false });
    const code = await service.pairingCode();
    await browser.ask('pair', { origin: service.url, code, name: 'test' });
    expect(await browser.ended(id)).toMatchObject({ state: 'sealed', packageId: waiting.packageId });
  });

  test('three begun together are all sealed, each with its own page', async () => {
    const { id: caseId } = await browser.ask('create-case', { number: '市监案 1 号', title: '虚假宣传' });
    const makers = [{ name: '张三', certificate: '44010001' }];
    const start = (path: string) =>
      browser.ask('start-capture', {
        url: `${origin}${path}`,
        mode: 'reload',
        cookies: false,
        caseId,
        purpose: '证明对象',
        makers,
      });
    const started = await Promise.all(['/1', '/2', '/3'].map(start));
    const views = await Promise.all(started.map(({ captureId }) => browser.ended(captureId)));
    expect(views.map(({ state, title, caseId: filed }) => [state, title, filed])).toEqual([
      ['sealed', 'Page /1', caseId],
      ['sealed', 'Page /2', caseId],
      ['sealed', 'Page /3', caseId],
    ]);
    expect(views.map(({ sequence }) => sequence).sort()).toEqual([2, 3, 4]);
    sealed = views[0]?.captureId ?? '';
  });

  test('package and certificate are handed to the browser’s downloads', async () => {
    for (const what of ['package', 'certificate'] as const) {
      const { downloadId } = await browser.ask('open-package', { captureId: sealed, what });
      const state = () =>
        browser.evaluate<string>(`chrome.downloads.search({id: ${downloadId}}).then(([item]) => item.state)`);
      await expect.poll(state, { timeout: 10_000 }).toBe('complete');
      await browser.evaluate(`chrome.downloads.removeFile(${downloadId})`);
    }
  });

  test('one discarded in mid-capture ends there: its tab is closed, number and reason stay', async () => {
    const id = await browser.capture(`${origin}/tall`);
    await browser.until(id, ({ artefacts }) => artefacts.some(({ kind }) => kind === 'found-dom'));
    await browser.ask('discard', { captureId: id, reason: 'the wrong page' });
    const openPages = () =>
      browser.evaluate<number>(`chrome.tabs.query({url: '${origin}/*'}).then((tabs) => tabs.length)`);
    await expect.poll(openPages, { timeout: 120_000 }).toBe(0);
    expect((await browser.ask('capture-state', { captureId: id })).state).toBe('discarded');
    expect(await browser.journal(id)).toContain('capture-discarded');
    const { captures } = await browser.ask('list-captures', {});
    expect(captures.map(({ captureId }) => captureId)).toContain(id);
  });
});
