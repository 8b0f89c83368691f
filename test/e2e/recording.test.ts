import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { verifyExcerpt } from '#shared/recording/excerpt';
import type { RecordingEvent } from '#shared/recording/recording-entry';
import { chunksOf, verifyRecordingChain } from '#shared/recording/verify-recording-chain';
import { extensionIdOf } from '../../scripts/extension-page.mjs';
import { runExcerpt } from '../../server/excerpt-command.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { runVerify } from '../../server/verify-command.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import {
  comments,
  countChunks,
  openTab,
  play,
  type RecordingSite,
  serveRecordingSite,
  storedBytes,
} from './recording-page.ts';
import { type RunningService, startService } from './start-service.ts';

const RECORD_MS = 13_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!canOpenExtension())('recording a tab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-recording-'));
  const profile = join(folder, 'browser');
  const id = extensionIdOf(fileURLToPath(new URL('../../dist/extension/chrome-mv3', import.meta.url)));
  const flags = [`--allowlisted-extension-id=${id}`, '--autoplay-policy=no-user-gesture-required'];
  let site: RecordingSite;
  let origin = '';
  let service: RunningService;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveRecordingSite();
    ({ origin } = site);
    service = await startService();
    browser = await openExtension(profile, flags);
    const code = await service.pairingCode();
    await browser.ask('pair', { origin: service.url, code, name: 'test' });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const stored = (captureId: string, path: string) => storedBytes(browser, captureId, path);
  const start = async (tabId: number) =>
    (await browser.ask('start-recording', { tabId, purpose: '', makers: [] })).captureId;

  test(
    'picture and sound come in chunks that verify, play, and are sealed with their transcript',
    async () => {
      const tabId = await openTab(browser, `${origin}/live`);
      const asked = Date.now();
      const captureId = await start(tabId);
      await pause(3000);
      // Pressed a second before the worker hears of it.
      const pressed = await browser.evaluate<number>('performance.timeOrigin + performance.now()');
      await pause(1000);
      await browser.ask('add-marker', { captureId, note: '主播承诺保本', pressedAt: pressed });
      await browser.evaluate(`chrome.tabs.update(${tabId}, { muted: true })`);
      await browser.evaluate(`chrome.tabs.update(${tabId}, { url: ${JSON.stringify(`${origin}/second`)} })`);
      await pause(1000);
      await browser.evaluate(
        `chrome.tabs.getCurrent().then(({ id }) => chrome.tabs.update(id, { active: true }))`,
      );
      await pause(RECORD_MS - 5000);
      expect((await browser.ask('stop-recording', { captureId })).state).toBe('draft');
      const lasted = Date.now() - asked;
      const said = { fromMs: 0, toMs: 3000, text: '（440 赫兹的声音）' };
      await browser.ask('add-transcript', { captureId, ...said });
      await expect
        .poll(() => browser.evaluate<string>(`document.querySelector('main').innerText`))
        .toContain(said.text);
      await browser.ask('finish-recording', { captureId });
      const view = await browser.ended(captureId);
      expect(view).toMatchObject({
        state: 'sealed',
        cut: false,
        title: 'LIVE',
        finalUrl: `${origin}/second`,
      });

      const journal = await stored(captureId, 'evidence/recording.jsonl');
      const file = await stored(captureId, 'evidence/recording.webm');
      const entries = await verifyRecordingChain(journal, bytesSource(file), captureId, nodePorts);
      const chunks = chunksOf(entries);
      expect(chunks.length).toBeGreaterThanOrEqual(3);
      expect(chunks.at(-1)?.toMs).toBeGreaterThan(RECORD_MS - 4000);
      expect(chunks.at(-1)?.toMs).toBeLessThan(lasted + 1000);
      expect(Math.max(...chunks.map(({ peak = 0 }) => peak))).toBeGreaterThan(0.1);
      const marker = entries.find((entry) => entry.type === 'marker');
      expect(marker).toMatchObject({ note: '主播承诺保本' });
      expect(marker?.offsetMs).toBeGreaterThan(2500);
      const [first] = chunks;
      const begun = (first?.mono ?? 0) - (first?.toMs ?? 0);
      expect(marker?.offsetMs).toBeLessThan((marker?.mono ?? 0) - begun);
      expect(entries).toContainEqual(expect.objectContaining({ type: 'transcript', text: said.text }));
      const events = chunks.flatMap((chunk) => chunk.events);
      expect(events).toContainEqual(expect.objectContaining({ type: 'navigation', url: `${origin}/second` }));
      expect(events).toContainEqual(expect.objectContaining({ type: 'mute', muted: true }));
      expect(events).toContainEqual(expect.objectContaining({ type: 'visibility', visible: false }));
      checkExchanges(events, site);
      expect(chunks.every(({ droppedFrames }) => droppedFrames !== undefined)).toBe(true);
      expect(view.artefacts.filter(({ kind }) => kind === 'recording-anchor').length).toBeGreaterThan(0);

      const last = chunks.length - 1;
      const path = join(folder, 'excerpt.webm');
      const packageId = view.packageId ?? '';
      const sealed = join(service.dataDir, 'service', 'packages', packageId, `${packageId}.asice`);
      await cutExcerpt(sealed, last, path);
      const excerpt = Uint8Array.from(readFileSync(path));
      await checkExcerpt(journal, excerpt, captureId, last);
      expect(await verifiedAs(sealed, path)).toMatchObject({ status: 'pass', from: last, to: last });
      await writeFile(
        path,
        excerpt.map((byte, at) => (at === excerpt.length - 1 ? byte ^ 1 : byte)),
      );
      expect(await verifiedAs(sealed, path)).toMatchObject({
        ...{ status: 'fail', code: 'RECORDING_CHUNK_ALTERED' },
      });
      for (const bytes of [file, excerpt]) {
        site.serve(bytes);
        const shown = await play(browser, origin);
        expect(shown.frames).toBeGreaterThan(5);
        if (bytes === file) expect(shown.seconds).toBeGreaterThan(RECORD_MS / 1000 - 4);
      }
    },
    RECORD_MS + 120_000,
  );

  test('when the browser is killed every acknowledged chunk is there and the rest is sealed as cut', async () => {
    await openTab(browser, `${origin}/live`);
    await browser.evaluate(clickRecord);
    const { captures } = await browser.ask('list-captures', { limit: 1 });
    const captureId = captures[0]?.captureId ?? '';
    await expect
      .poll(() => countChunks(browser, captureId), { timeout: 120_000, interval: 200 })
      .toBeGreaterThanOrEqual(2);
    const acknowledged = await countChunks(browser, captureId);
    await browser.kill();
    browser = await openExtension(profile, flags);
    const view = await browser.ended(captureId);
    expect(view).toMatchObject({ state: 'sealed', cut: true, error: { code: 'CAPTURE_CUT' } });
    const journal = await stored(captureId, 'evidence/recording.jsonl');
    const file = await stored(captureId, 'evidence/recording.webm');
    const chunks = chunksOf(await verifyRecordingChain(journal, bytesSource(file), captureId, nodePorts));
    expect(chunks.length).toBeGreaterThanOrEqual(acknowledged);
  });
});

/** The page and what it fetched, with the address they came from and the digests of the very bytes that were served. */
function checkExchanges(events: readonly RecordingEvent[], { origin, picture }: RecordingSite): void {
  const exchanges = events.filter((event) => event.type === 'network');
  const of = (path: string) => exchanges.find(({ url }) => url.startsWith(`${origin}${path}`));
  const answered = { method: 'GET', status: 200, ip: '127.0.0.1' };
  expect(of('/second')).toMatchObject(answered);
  expect(of('/picture.png')).toMatchObject({
    ...answered,
    bytes: picture.length,
    digest: sha256Hex(picture),
  });
  // What the browser threw away has no digest rather than a wrong one.
  expect(of('/broken.png')).toMatchObject({ status: 200 });
  expect(of('/broken.png')).not.toHaveProperty('digest');
  const text = toUtf8(comments);
  expect(of('/comments')).toMatchObject({ ...answered, bytes: text.length, digest: sha256Hex(text) });
  for (const { offsetMs = -1 } of events) {
    expect(offsetMs).toBeGreaterThanOrEqual(0);
    expect(offsetMs).toBeLessThan(RECORD_MS + 10_000);
  }
}

/** By the command a person uses: the last chunk by its number. */
async function cutExcerpt(sealed: string, last: number, out: string): Promise<void> {
  let said = '';
  const output = {
    stdout: (text: string) => {
      said += text;
    },
    stderr: () => {},
  };
  const place = String(last);
  expect(await runExcerpt([sealed, '--from', place, '--to', place, '--out', out], output)).toBe(0);
  expect(JSON.parse(said)).toMatchObject({ from: last, to: last, out });
  await expect(
    runExcerpt([sealed, '--from', place, '--to', '9:00:00', '--out', `${out}2`], output),
  ).rejects.toMatchObject({ code: 'RECORDING_BOUNDS' });
}

/** Chunk 0 and the last one verify as part of the whole; altered in one bit they are refused. */
/** What `tiezheng verify --excerpt` says of a file; its exit code is 0 only when it is an excerpt. */
async function verifiedAs(sealed: string, file: string): Promise<{ status: string }> {
  let said = '';
  const output = {
    stdout(text: string) {
      said += text;
    },
    stderr: () => undefined,
  };
  const code = await runVerify([sealed, '--excerpt', file, '--json'], output);
  const { excerpt } = JSON.parse(said);
  expect(code).toBe(excerpt.status === 'pass' ? 0 : 1);
  return excerpt;
}

async function checkExcerpt(
  journal: Uint8Array,
  excerpt: Uint8Array,
  capture: string,
  last: number,
): Promise<void> {
  const range = { capture, from: last, to: last };
  expect(await verifyExcerpt(journal, bytesSource(excerpt), range, nodePorts)).toHaveLength(2);
  const altered = Uint8Array.from(excerpt);
  altered[altered.length - 10] = (altered.at(-10) ?? 0) ^ 1;
  await expect(verifyExcerpt(journal, bytesSource(altered), range, nodePorts)).rejects.toMatchObject({
    ...{ code: 'RECORDING_CHUNK_ALTERED', entry: `chunk ${last}` },
  });
}

/** Begins a recording as a person does in the panel, and waits until its clock runs. */
const clickRecord = `(async () => {
  const wait = async (find) => {
    for (let tries = 0; tries < 200; tries++) {
      const found = find();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(document.querySelector('main').innerText);
  };
  const card = '[aria-labelledby="recording-title"]';
  document.querySelector('#target-title + button').click();
  await new Promise((resolve) => setTimeout(resolve, 500));
  (await wait(() => document.querySelector(card + ' > button:enabled'))).click();
  const timer = await wait(() => document.querySelector(card + ' [role="timer"]'));
  if (!/^0:0\\d$/.test(timer.textContent)) throw new Error(timer.textContent);
})()`;
