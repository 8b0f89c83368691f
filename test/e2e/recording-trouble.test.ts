import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { recordingFacts } from '#shared/recording/recording-facts';
import { chunksOf, verifyRecordingChain } from '#shared/recording/verify-recording-chain';
import { extensionIdOf } from '../../scripts/extension-page.mjs';
import { nodePorts } from '../../server/store/node-ports.ts';
import { ledgerLines } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import {
  countChunks,
  openTab,
  play,
  type RecordingSite,
  serveRecordingSite,
  storedBytes,
} from './recording-page.ts';
import { type RunningService, startService } from './start-service.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const hasFfprobe = spawnSync('ffprobe', ['-version']).status === 0;

describe.skipIf(!canOpenExtension())('recordings in trouble', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-trouble-'));
  const id = extensionIdOf(fileURLToPath(new URL('../../dist/extension/chrome-mv3', import.meta.url)));
  let site: RecordingSite;
  let service: RunningService;
  let browser: ExtensionSession;

  const open = async (name: string, flags: string[]) => {
    const opened = await openExtension(join(folder, name), [
      '--autoplay-policy=no-user-gesture-required',
      ...flags,
    ]);
    await opened.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
    return opened;
  };
  beforeAll(async () => {
    site = await serveRecordingSite();
    service = await startService();
    browser = await open('called', [`--allowlisted-extension-id=${id}`]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (in_: ExtensionSession, tabId: number, silent = false) => {
    const how = silent ? { silent } : {};
    return (await in_.ask('start-recording', { tabId, purpose: '', makers: [], ...how })).captureId;
  };
  const chunksReach = (in_: ExtensionSession, captureId: string, count: number) =>
    expect
      .poll(() => countChunks(in_, captureId), { timeout: 120_000, interval: 200 })
      .toBeGreaterThanOrEqual(count);
  const verified = async (in_: ExtensionSession, captureId: string) => {
    const journal = await storedBytes(in_, captureId, 'evidence/recording.jsonl');
    const file = await storedBytes(in_, captureId, 'evidence/recording.webm');
    return { file, entries: await verifyRecordingChain(journal, bytesSource(file), captureId, nodePorts) };
  };

  test('where the extension was not called on the tab, pictures are recorded without sound, and the record says so', async () => {
    const uncalled = await open('uncalled', []);
    try {
      const tabId = await openTab(uncalled, `${site.origin}/live`);
      await expect(start(uncalled, tabId)).rejects.toMatchObject({ code: 'RECORDING_NOT_ALLOWED' });
      const captureId = await start(uncalled, tabId, true);
      await chunksReach(uncalled, captureId, 2);
      // Behind another tab there is no picture: that time is in the ledger, not filled.
      const left = Date.now();
      await openTab(uncalled, `${site.origin}/still`);
      await pause(2000);
      await uncalled.evaluate(`chrome.tabs.update(${tabId}, { active: true })`);
      const hidden = (Date.now() - left) / 1000;
      await pause(1000);
      await uncalled.ask('stop-recording', { captureId });
      const view = await uncalled.ended(captureId);
      expect(view).toMatchObject({ state: 'sealed', cut: false, title: 'LIVE' });
      expect(ledgerLines(view)).toEqual(expect.arrayContaining(['audio refused', 'recording not-reached']));
      const { file, entries } = await verified(uncalled, captureId);
      const facts = recordingFacts(entries);
      expect(facts.sound).toBe(false);
      expect(facts.exchanges).toBeGreaterThan(0);
      expect(chunksOf(entries).every(({ droppedFrames }) => droppedFrames !== undefined)).toBe(true);
      site.serve(file);
      const shown = await play(uncalled, site.origin);
      expect(shown.frames).toBeGreaterThan(5);
      const seconds = facts.durationMs / 1000;
      expect(shown.seconds).toBeGreaterThan(seconds - hidden - 2);
      expect(shown.seconds).toBeLessThan(seconds + 2);
      if (hasFfprobe) checkWithFfmpeg(file, folder);
    } finally {
      await uncalled.close();
    }
  });

  test('a recording outlives the service worker; what was not watched meanwhile is in the ledger', async () => {
    const captureId = await start(browser, await openTab(browser, `${site.origin}/live`));
    await chunksReach(browser, captureId, 1);
    await browser.endWorker();
    await pause(1000);
    const before = await countChunks(browser, captureId);
    await browser.ask('add-marker', { captureId, note: '唤醒之后' });
    await chunksReach(browser, captureId, before + 2);
    await browser.ask('stop-recording', { captureId });
    await browser.ask('finish-recording', { captureId });
    const view = await browser.ended(captureId);
    expect(view).toMatchObject({ state: 'sealed', cut: false });
    expect(ledgerLines(view)).toEqual(['network debugger-detached']);
    const { entries } = await verified(browser, captureId);
    const { gaps, markers } = recordingFacts(entries);
    expect([gaps, markers.map(({ note }) => note)]).toEqual([[], ['唤醒之后']]);
    const after = chunksOf(entries).slice(before + 1);
    expect(after.flatMap(({ events }) => events).some(({ type }) => type === 'network')).toBe(true);
  });

  test('a page capture of the tab comes first; the recording goes on and says what it did not see', async () => {
    const tabId = await openTab(browser, `${site.origin}/live`);
    const captureId = await start(browser, tabId);
    await chunksReach(browser, captureId, 1);
    const request = { tabId, mode: 'as-is', cookies: false, purpose: '', makers: [] } as const;
    const page = await browser.ended((await browser.ask('start-capture', request)).captureId, 120_000);
    expect(page).toMatchObject({ state: 'sealed', cut: false });
    await pause(3000);
    await browser.ask('stop-recording', { captureId });
    await browser.ask('finish-recording', { captureId });
    const view = await browser.ended(captureId);
    expect(view).toMatchObject({ state: 'sealed', cut: false });
    expect(ledgerLines(view)).toContain('network cancelled');
  });

  test('the page crashes and the tab is closed: what was recorded is sealed as cut, and why', async () => {
    const tabId = await openTab(browser, `${site.origin}/live`);
    const captureId = await start(browser, tabId);
    await chunksReach(browser, captureId, 2);
    // On a busy machine the end of the page's process is told seconds after the command.
    await browser.evaluate(`new Promise((resolve) => {
      chrome.debugger.onEvent.addListener((source, method) => {
        if (source.tabId === ${tabId} && method === 'Inspector.targetCrashed') resolve(true);
      });
      chrome.debugger.sendCommand({ tabId: ${tabId} }, 'Page.crash').catch(() => undefined);
    })`);
    await browser.evaluate(`chrome.tabs.remove(${tabId})`);
    const view = await browser.ended(captureId, 150_000);
    expect(view).toMatchObject({ state: 'sealed', cut: true, error: { code: 'TAB_CLOSED' } });
    expect(ledgerLines(view)).toEqual(expect.arrayContaining(['network crashed', 'recording tab-closed']));
    await verified(browser, captureId);
  });
});

/** A second judge: the stream is VP8 pictures without sound, and decodes without a complaint. */
function checkWithFfmpeg(file: Uint8Array, folder: string): void {
  const path = join(folder, 'silent.webm');
  writeFileSync(path, file);
  const streams = spawnSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', path],
    { encoding: 'utf8' },
  );
  expect([streams.stdout.trim(), streams.stderr]).toEqual(['vp8', '']);
  const decoded = spawnSync('ffmpeg', ['-v', 'error', '-i', path, '-fps_mode', 'vfr', '-f', 'null', '-'], {
    encoding: 'utf8',
  });
  expect([decoded.status, decoded.stderr]).toEqual([0, '']);
}
