import 'fake-indexeddb/auto';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { entryHash } from '#shared/journal/chain';
import { bytesSource } from '#shared/lib/bytes-source';
import { toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from '../../server/store/node-ports.ts';
import { type RunningService, startService } from '../../test/e2e/start-service.ts';
import { testHost } from '../../test/fixtures/test-host.ts';
import type { CaptureEngine } from '../capture/engine.ts';
import { bundleFileName } from '../store/bundle-file-name.ts';
import type { Clock } from '../store/clock.ts';
import { openDatabase } from '../store/database.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import { blobKey, readBlob } from '../store/put-artefact.ts';
import { readCapture } from '../store/update-capture.ts';
import { anchorJournal } from './anchor.ts';
import { buildBundle } from './bundle.ts';
import { openDesk } from './capture-desk.ts';
import { closeRecord } from './close-record.ts';
import type { InspectingContext } from './context.ts';
import { finishCapture } from './finish-capture.ts';
import { openInspector } from './inspection/inspector.ts';
import { buildNetworkRecord } from './network-record.ts';
import { pairDevice } from './pair-device.ts';
import { markCutCaptures } from './resume.ts';
import { createServiceClient } from './service-client.ts';

const url = 'https://shop.example/item';
const clock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  step: () => 0,
  context: 'test',
  salt: () => randomBytes(16).toString('hex'),
};

/** Plays a recorded page: one document with its exchange, one picture, one omission. */
const recordedEngine: CaptureEngine = {
  id: 'chromium-debugger',
  version: async () => 'recorded',
  provides: { 'response-body': 'yes' },
  capture: async (_request, sink) => {
    const at = { at: Date.now(), mono: performance.now(), request: '1#0' };
    const html = toUtf8('<!doctype html><title>Item</title>');
    sink.event({
      ...at,
      type: 'request-sent',
      url,
      method: 'GET',
      resourceType: 'document',
      headers: [['Cookie', 'sid=SECRET-MARK']],
      target: 'page',
      wallTime: at.at,
      hasBody: false,
    });
    sink.event({
      ...at,
      type: 'response-received',
      url,
      status: 200,
      statusText: 'OK',
      protocol: 'http/1.1',
      mediaType: 'text/html',
      headers: [['Content-Type', 'text/html']],
      fromCache: false,
      fromServiceWorker: false,
      redirect: false,
    });
    sink.event({ ...at, type: 'body-stored', ...(await sink.body(html)), fidelity: 'exact' });
    sink.event({ ...at, type: 'request-finished', encodedBytes: html.length });
    await sink.artefact({ kind: 'dom', n: 1, bytes: html, about: { url } });
    sink.omission({ what: 'canvas', reason: 'not-readable', url });
    return {
      requestedUrl: url,
      finalUrl: url,
      title: 'Item',
      viewport: { width: 1280, height: 800, scale: 1 },
      userAgent: 'recorded',
      language: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      tamperSignals: [],
    };
  },
};

const host = testHost(url);

let service: RunningService;
let databases = 0;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

/** A device of its own, whose every network call passes `before` first. */
async function pairedContext(before: (call: number, path: string) => void): Promise<InspectingContext> {
  const database = openDatabase(`finish-${databases++}`);
  let call = 0;
  const fetchFrom: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    // How often the surroundings are looked at says nothing of how captures go on.
    if (!pathname.endsWith('/observations')) before(call++, pathname);
    return await fetch(input, init);
  };
  const client = createServiceClient(database, fetchFrom);
  const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
  const base = { database, clock, service: client, sleep, engine: recordedEngine, host };
  const context = { ...base, inspector: openInspector(base) };
  await ensureDevice(database);
  await pairDevice(context, { origin: service.url, code: await service.pairingCode(), name: 'test' });
  return context;
}

async function captured(context: InspectingContext, engine: CaptureEngine = recordedEngine): Promise<string> {
  let over = () => {};
  const engineOver = new Promise<void>((resolve) => {
    over = resolve;
  });
  const waiting = { ...host, finish: async () => over() };
  const desk = openDesk({ ...context, engine, host: waiting }, Promise.resolve());
  const id = await desk.start({ tabId: 1, mode: 'reload', cookies: false, purpose: '', makers: [] });
  await engineOver;
  return id;
}

/** Takes a capture up to the step before its bundle. */
async function anchored(context: InspectingContext, id: string): Promise<void> {
  for (const step of [buildNetworkRecord, closeRecord, anchorJournal])
    await step(context, await readCapture(context.database, id));
}

async function expectUnbrokenJournal({ database }: InspectingContext): Promise<string[]> {
  const rows = await database.journal.orderBy('seq').toArray();
  for (const [index, row] of rows.entries()) {
    expect(row.seq).toBe(index);
    expect(row.hash).toBe(entryHash(row));
    if (index > 0) expect(row.prev).toBe(rows[index - 1]?.hash);
  }
  return rows.map(({ event }) => event);
}

test('from the engine to a verified receipt; cookies are redacted', async () => {
  const context = await pairedContext(() => undefined);
  const id = await captured(context);
  const { database } = context;
  await finishCapture(context, id);
  const row = await readCapture(database, id);
  expect(row).toMatchObject({ state: 'sealed', anchored: true, cut: false, error: undefined });
  expect(row.redactions).toMatchObject([{ field: 'request cookie', length: 15 }]);
  expect(await database.jobs.count()).toBe(0);
  expect(await database.bodies.count()).toBe(0);
  const { receipt } = (await database.receipts.get(id)) ?? {};
  expect(receipt?.receipt).toMatchObject({ verdict: 'accepted', defects: [], bundle: row.bundle });
  const blobs = await database.blobs.toArray();
  for (const { key, blob } of blobs)
    if (!/\.(?:gz|wacz)$/.test(key)) expect(await blob.text()).not.toContain('SECRET-MARK');
  const events = await expectUnbrokenJournal(context);
  expect(events).toContain('inspection-begun');
  expect(events.filter((event) => event !== 'inspection-begun')).toEqual([
    'device-paired',
    'challenge-requested',
    'challenge-received',
    'artefact-stored',
    'capture-started',
    ...Array.from({ length: 6 }, () => 'artefact-stored'),
    'capture-closed',
    'anchor-received',
    'bundle-built',
    'upload-finished',
    'receipt-received',
    'capture-completed',
  ]);
});

test.each([4, 6, 8, 9])('a context that dies at network call %d goes on in the next', async (fatal) => {
  let alive = true;
  const context = await pairedContext((call) => {
    // Pairing is call 0, nonce, session and challenge are 1 to 3.
    if (call >= fatal && alive) throw new TypeError('the context is gone');
  });
  const id = await captured(context);
  const dead = { ...context, sleep: () => Promise.reject(new Error('killed')) };
  await finishCapture(dead, id).catch(() => undefined);
  const before = await readCapture(context.database, id);
  expect(before.state).not.toBe('sealed');
  alive = false;
  await finishCapture(context, id);
  expect(await readCapture(context.database, id)).toMatchObject({ state: 'sealed', error: undefined });
  await expectUnbrokenJournal(context);
});

test('a service that withholds the receipt, or answers with that of another bundle, never shows as sealed', async () => {
  let withheld = true;
  const context = await pairedContext((_, path) => {
    if (withheld && path.endsWith('/receipt')) throw new TypeError('Failed to fetch');
  });
  const id = await captured(context);
  await finishCapture(context, id).catch(() => undefined);
  const row = await readCapture(context.database, id);
  // Sealed by its own account, but without a receipt the capture stays owed.
  expect(row.package?.state).toBe('sealed');
  expect(row.state).not.toBe('sealed');
  expect(await context.database.receipts.get(id)).toBeUndefined();
  expect(await context.database.jobs.get(id)).toBeDefined();
  withheld = false;
  await finishCapture(context, id);
  expect((await readCapture(context.database, id)).state).toBe('sealed');
});

test('an engine that throws after storing something is cut, closed and sealed', async () => {
  const context = await pairedContext(() => undefined);
  const breaking: CaptureEngine = {
    ...recordedEngine,
    capture: async (_request, sink) => {
      await sink.artefact({ kind: 'found-dom', n: 1, bytes: toUtf8('<p>found') });
      throw new Error('the engine broke');
    },
  };
  const id = await captured(context, breaking);
  await finishCapture(context, id);
  const row = await readCapture(context.database, id);
  expect(row).toMatchObject({ state: 'sealed', cut: true, cutBy: { code: 'INTERNAL' } });
  expect(row.notCaptured).toContainEqual(
    expect.objectContaining({ what: 'capture', reason: 'engine-error' }),
  );
  expect(await expectUnbrokenJournal(context)).toContain('cut-found');
});

test('a discarded capture keeps number, hashes and reason, and gives its bytes back', async () => {
  const context = await pairedContext(() => undefined);
  const id = await captured(context);
  const { database } = context;
  await openDesk(context, Promise.resolve()).discard(id, 'wrong page');
  await finishCapture(context, id);
  expect(await readCapture(database, id)).toMatchObject({ state: 'discarded', sequence: 1 });
  expect(await database.blobs.count()).toBe(0);
  expect(await database.artefacts.count()).toBeGreaterThan(0);
  const last = await database.journal.orderBy('seq').last();
  expect(last).toMatchObject({ event: 'capture-discarded', detail: { capture: id, reason: 'wrong page' } });
  await expect(openDesk(context, Promise.resolve()).retry(id)).rejects.toMatchObject({
    code: 'CAPTURE_NOT_RETRYABLE',
  });
});

test('a worker that was ended in mid-capture marks the cut at its next start', async () => {
  const context = await pairedContext(() => undefined);
  let stored = () => {};
  const storing = new Promise<void>((resolve) => {
    stored = resolve;
  });
  const hanging: CaptureEngine = {
    ...recordedEngine,
    capture: async (_request, sink) => {
      await sink.artefact({ kind: 'found-dom', n: 1, bytes: toUtf8('<p>found') });
      stored();
      return await new Promise(() => undefined);
    },
  };
  const first = openDesk({ ...context, engine: hanging }, Promise.resolve());
  const id = await first.start({ tabId: 1, mode: 'reload', cookies: false, purpose: '', makers: [] });
  await storing;
  const finishing: string[] = [];
  const next = {
    ...context,
    host: { ...host, finish: async (capture: string) => void finishing.push(capture) },
  };
  await openDesk(next, markCutCaptures(next)).resume();
  expect(finishing).toEqual([id]);
  await finishCapture(context, id);
  expect(await readCapture(context.database, id)).toMatchObject({
    state: 'sealed',
    cut: true,
    cutBy: { code: 'CAPTURE_CUT' },
  });
});

test('more files than a bundle may hold are refused clearly and stay stored', async () => {
  const context = await pairedContext(() => undefined);
  const id = await captured(context);
  await anchored(context, id);
  const row = await readCapture(context.database, id);
  await expect(buildBundle(context, row, { jszipBytes: 10 ** 6, files: 4 })).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
    entry: id,
  });
  expect(await context.database.blobs.where({ capture: id }).count()).toBeGreaterThan(5);
  expect(await expectUnbrokenJournal(context)).not.toContain('bundle-built');
});

test('a bundle too large for JSZip is laid out around the stored files, and the service takes it', async () => {
  const context = await pairedContext(() => undefined);
  const id = await captured(context);
  await anchored(context, id);
  const { database } = context;
  await buildBundle(context, await readCapture(database, id), { jszipBytes: 0, files: 100 });
  const stored = await database.blobs.get(blobKey(id, bundleFileName(id)));
  const files = await database.artefacts.where({ capture: id }).count();
  expect(stored?.parts?.filter((part) => 'path' in part)).toHaveLength(files);
  const bytes = new Uint8Array(await (await readBlob(database, id, bundleFileName(id))).arrayBuffer());
  expect(stored?.blob.size).toBeLessThan(bytes.length);
  const verified = await verifyBundle(bytesSource(bytes), nodePorts);
  expect((await readCapture(database, id)).bundle).toEqual({ sha256: verified.sha256, bytes: bytes.length });
  await finishCapture(context, id);
  expect((await readCapture(database, id)).state).toBe('sealed');
});
