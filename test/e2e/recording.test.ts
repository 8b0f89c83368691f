import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { concatBytes } from '#shared/lib/concat-bytes';
import { excerptRanges, verifyExcerpt } from '#shared/recording/excerpt';
import type { RecordingChunk } from '#shared/recording/recording-entry';
import { chunksOf, verifyRecordingChain } from '#shared/recording/verify-recording-chain';
import { extensionIdOf } from '../../scripts/extension-page.mjs';
import { nodePorts } from '../../server/store/node-ports.ts';
import { bytesSource } from '../fixtures/bytes-source.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { type RunningService, startService } from './start-service.ts';

const RECORD_MS = process.env.TIEZHENG_LONG === undefined ? 13_000 : 20 * 60_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Moving picture and a tone, made by the page itself. */
const livePage = `<!doctype html><title>LIVE</title><canvas id="c" width="640" height="360"></canvas><script>
  const draw = c.getContext('2d');
  let n = 0;
  setInterval(() => {
    draw.fillStyle = 'hsl(' + (n * 7) % 360 + ' 80% 50%)';
    draw.fillRect(0, 0, 640, 360);
    draw.fillStyle = '#fff';
    draw.fillText(String(n++), 20, 40);
  }, 40);
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, { frequency: 440 });
  tone.connect(new GainNode(audio, { gain: 0.3 })).connect(audio.destination);
  tone.start();
</script>`;

describe.skipIf(!canOpenExtension())('recording a tab', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-recording-'));
  const profile = join(folder, 'browser');
  const id = extensionIdOf(fileURLToPath(new URL('../../dist/extension/chrome-mv3', import.meta.url)));
  const flags = [`--allowlisted-extension-id=${id}`, '--autoplay-policy=no-user-gesture-required'];
  let played = new Uint8Array(0);
  const pages = http.createServer((request, response) => {
    if (request.url?.startsWith('/file.webm') === true)
      response.setHeader('content-type', 'video/webm').end(played);
    else response.setHeader('content-type', 'text/html; charset=utf-8').end(livePage);
  });
  let origin = '';
  let service: RunningService;
  let browser: ExtensionSession;

  beforeAll(async () => {
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    service = await startService();
    browser = await openExtension(profile, flags);
    const code = await service.pairingCode();
    await browser.ask('pair', { origin: service.url, code, name: 'test' });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    pages.closeAllConnections();
    pages.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const openTab = (path: string) =>
    browser.evaluate<number>(`(async () => {
      const { id } = await chrome.tabs.create({ url: ${JSON.stringify(`${origin}${path}`)} });
      while ((await chrome.tabs.get(id)).status !== 'complete') await new Promise((r) => setTimeout(r, 50));
      return id;
    })()`);
  const stored = async (captureId: string, path: string) =>
    Uint8Array.from(Buffer.from(await browser.evaluate<string>(readBlob(captureId, path)), 'base64'));
  const start = async (tabId: number) =>
    (await browser.ask('start-recording', { tabId, purpose: '', makers: [] })).captureId;

  test(
    'picture and sound come in chunks that verify, play, and are sealed with their transcript',
    async () => {
      const tabId = await openTab('/live');
      const captureId = await start(tabId);
      await pause(3000);
      await browser.ask('add-marker', { captureId, note: '主播承诺保本' });
      await browser.evaluate(`chrome.tabs.update(${tabId}, { muted: true })`);
      await browser.evaluate(`chrome.tabs.update(${tabId}, { url: ${JSON.stringify(`${origin}/second`)} })`);
      await pause(RECORD_MS - 3000);
      expect((await browser.ask('stop-recording', { captureId })).state).toBe('draft');
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
      expect(Math.abs((chunks.at(-1)?.toMs ?? 0) - RECORD_MS)).toBeLessThan(4000);
      expect(Math.max(...chunks.map(({ peak = 0 }) => peak))).toBeGreaterThan(0.1);
      expect(entries).toContainEqual(expect.objectContaining({ type: 'marker', note: '主播承诺保本' }));
      expect(entries).toContainEqual(expect.objectContaining({ type: 'transcript', text: said.text }));
      const events = chunks.flatMap((chunk) => chunk.events);
      expect(events).toContainEqual(expect.objectContaining({ type: 'navigation', url: `${origin}/second` }));
      expect(events).toContainEqual(expect.objectContaining({ type: 'mute', muted: true }));
      expect(view.artefacts.filter(({ kind }) => kind === 'recording-anchor').length).toBeGreaterThan(0);

      const excerpt = await checkExcerpt(journal, file, captureId, chunks);
      for (const bytes of [file, excerpt]) {
        played = bytes;
        const shown = await browser.evaluate<{ frames: number; seconds: number }>(
          play(`${origin}/file.webm`),
        );
        expect(shown.frames).toBeGreaterThan(5);
        if (bytes === file) expect(shown.seconds).toBeGreaterThan(RECORD_MS / 1000 - 4);
      }
    },
    RECORD_MS + 120_000,
  );

  test('when the browser is killed every acknowledged chunk is there and the rest is sealed as cut', async () => {
    await openTab('/live');
    await browser.evaluate(clickRecord);
    const { captures } = await browser.ask('list-captures', { limit: 1 });
    const captureId = captures[0]?.captureId ?? '';
    await expect
      .poll(() => browser.evaluate<number>(countChunks(captureId)), { timeout: 30_000, interval: 200 })
      .toBeGreaterThanOrEqual(2);
    const acknowledged = await browser.evaluate<number>(countChunks(captureId));
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

/** Chunk 0 and the last one, cut out as a person would; altered in one bit it is refused. */
async function checkExcerpt(
  journal: Uint8Array,
  file: Uint8Array,
  capture: string,
  chunks: readonly RecordingChunk[],
): Promise<Uint8Array<ArrayBuffer>> {
  const last = chunks.length - 1;
  const cut = concatBytes(
    ...excerptRanges(chunks, last, last).map(({ offset, bytes }) => file.subarray(offset, offset + bytes)),
  );
  const range = { capture, from: last, to: last };
  expect(await verifyExcerpt(journal, bytesSource(cut), range, nodePorts)).toHaveLength(2);
  const altered = Uint8Array.from(cut);
  altered[altered.length - 10] = (altered.at(-10) ?? 0) ^ 1;
  await expect(verifyExcerpt(journal, bytesSource(altered), range, nodePorts)).rejects.toMatchObject({
    ...{ code: 'RECORDING_CHUNK_ALTERED', entry: `chunk ${last}` },
  });
  return Uint8Array.from(cut);
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

/** Runs `body` with the open database, beside the extension's own code: what is on disk, not what it says. */
function withDatabase(body: string): string {
  return `(async () => {
    const request = (made) => new Promise((resolve, reject) => {
      made.onsuccess = () => resolve(made.result);
      made.onerror = () => reject(made.error);
    });
    const database = await request(indexedDB.open('tiezheng'));
    try { ${body} } finally { database.close(); }
  })()`;
}

function countChunks(captureId: string): string {
  return withDatabase(`
    const rows = await request(database.transaction('recordings').objectStore('recordings').getAll());
    return rows.filter((row) => row.capture === ${JSON.stringify(captureId)} && row.entry.type === 'chunk').length;
  `);
}

function readBlob(captureId: string, path: string): string {
  return withDatabase(`
    const key = ${JSON.stringify(`${captureId}/${path}`)};
    const row = await request(database.transaction('blobs').objectStore('blobs').get(key));
    const bytes = new Uint8Array(await row.blob.arrayBuffer());
    let binary = '';
    for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(binary);
  `);
}

/** Loads a file in a page of its own, seeks to its end and counts the pictures decoded. */
function play(url: string): string {
  return `(async () => {
    const { id } = await chrome.tabs.create({ url: ${JSON.stringify(url.replace('/file.webm', '/player'))} });
    while ((await chrome.tabs.get(id)).status !== 'complete') await new Promise((r) => setTimeout(r, 50));
    const target = { tabId: id };
    await chrome.debugger.attach(target, '1.3');
    const { result } = await chrome.debugger.sendCommand(target, 'Runtime.evaluate', {
      awaitPromise: true,
      returnByValue: true,
      expression: \`(async () => {
        const video = document.createElement('video');
        video.muted = true;
        video.src = '${url}?' + Math.random();
        await new Promise((resolve, reject) => {
          video.onloadedmetadata = resolve;
          video.onerror = () => reject(new Error(video.error.message));
        });
        video.playbackRate = 4;
        await video.play();
        const decoded = () => video.getVideoPlaybackQuality().totalVideoFrames;
        for (let tries = 0; decoded() <= 5 && !video.ended && tries < 150; tries++)
          await new Promise((resolve) => setTimeout(resolve, 100));
        const totalVideoFrames = decoded();
        video.pause();
        video.currentTime = 1e6;
        await new Promise((resolve) => { video.onseeked = resolve; });
        return { frames: totalVideoFrames, seconds: video.duration === Infinity ? video.currentTime : video.duration };
      })()\`,
    });
    await chrome.tabs.remove(id);
    return result.value;
  })()`;
}
