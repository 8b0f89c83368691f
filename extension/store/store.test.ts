import 'fake-indexeddb/auto';
import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { artefactDefinition } from '#shared/artefact/index';
import { detailHash, entryHash, GENESIS } from '#shared/journal/chain';
import type { JournalLine } from '#shared/journal/entry';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { journal } from './append-journal.ts';
import type { Clock } from './clock.ts';
import { closeCapture } from './close-capture.ts';
import { type Database, openDatabase } from './database.ts';
import { ensureDevice, signWithDevice } from './ensure-device.ts';
import { putArtefact, readBlob } from './put-artefact.ts';
import { openReader } from './read/reader.ts';
import { reserveCapture } from './reserve-capture.ts';
import type { CaptureRequestRow } from './rows.ts';
import { updateCapture } from './update-capture.ts';

let tick = 1_800_000_000_000;
const clock: Clock = {
  now: () => tick++,
  mono: () => tick / 2,
  step: () => 0,
  context: 'test',
  salt: () => randomBytes(16).toString('hex'),
};
const request: CaptureRequestRow = {
  mode: 'reload',
  cookies: false,
  purpose: '',
  makers: [],
  requestedUrl: 'http://127.0.0.1/',
};

const takenWith = {
  extensionVersion: '1.2.3',
  userAgent: 'test',
  language: 'zh-CN',
  timeZone: 'Asia/Shanghai',
};

let database: Database;
let names = 0;
beforeEach(() => {
  database = openDatabase(`test-${names++}`);
});

/** The whole chain, recomputed with the rules of design §5. */
async function expectUnbrokenJournal(): Promise<number> {
  const rows = await database.journal.orderBy('seq').toArray();
  let prev: string = GENESIS;
  for (const [index, row] of rows.entries()) {
    expect(row.seq).toBe(index);
    expect(row.prev).toBe(prev);
    expect(row.detailHash).toBe(detailHash(row));
    expect(row.hash).toBe(entryHash(row));
    prev = row.hash;
  }
  return rows.length;
}

async function storeScreenshot(capture: string, n: number, text: string) {
  const bytes = toUtf8(text);
  const definition = artefactDefinition('screenshot');
  return await putArtefact(
    database,
    clock,
    capture,
    {
      kind: 'screenshot',
      path: definition.path(n),
      mediaType: definition.mediaType,
      bytes: bytes.length,
      sha256: sha256Hex(bytes),
      createdBy: 'test',
    },
    new Blob([bytes]),
  );
}

test('a hundred appends at once leave one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => journal(database, clock, 'case-assigned', { case: `c${n}` })),
  );
  expect(await expectUnbrokenJournal()).toBe(100);
});

test('a second handle on the same database continues the same chain', async () => {
  const other = openDatabase(database.name);
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => journal(n % 2 ? database : other, clock, 'case-assigned', { n })),
  );
  expect(await expectUnbrokenJournal()).toBe(40);
});

test('numbers are taken without gaps, each with its entry', async () => {
  await ensureDevice(database);
  const taken = await Promise.all(
    Array.from({ length: 30 }, () =>
      reserveCapture(database, clock, 'challenge-requested', request, takenWith),
    ),
  );
  expect(taken.map(({ capture }) => capture.sequence).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 30 }, (_, n) => n + 1),
  );
  const rows = await database.journal.toArray();
  expect(rows.map((row) => row.detail.sequence)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  await expectUnbrokenJournal();
});

test('a reservation that fails half-way takes no number and leaves no entry', async () => {
  await ensureDevice(database);
  const failing: Clock = {
    ...clock,
    salt: () => {
      throw new Error('crash');
    },
  };
  await expect(reserveCapture(database, failing, 'challenge-requested', request, takenWith)).rejects.toThrow(
    'crash',
  );
  expect(await database.captures.count()).toBe(0);
  expect(await database.jobs.count()).toBe(0);
  expect(await database.journal.count()).toBe(0);
  const { capture } = await reserveCapture(database, clock, 'challenge-requested', request, takenWith);
  expect(capture.sequence).toBe(1);
});

test('an artefact whose entry cannot be written is not stored either', async () => {
  await ensureDevice(database);
  const { capture } = await reserveCapture(database, clock, 'challenge-absent', request, takenWith);
  const salt = clock.salt;
  clock.salt = () => {
    throw new Error('crash');
  };
  await expect(storeScreenshot(capture.id, 1, 'a')).rejects.toThrow('crash');
  clock.salt = salt;
  expect(await database.artefacts.count()).toBe(0);
  expect(await database.blobs.count()).toBe(0);
  await storeScreenshot(capture.id, 1, 'a');
  expect(await expectUnbrokenJournal()).toBe(2);
});

test('the same path is refused a second time and the first bytes stay', async () => {
  await ensureDevice(database);
  const { capture } = await reserveCapture(database, clock, 'challenge-absent', request, takenWith);
  await storeScreenshot(capture.id, 1, 'first');
  await expect(storeScreenshot(capture.id, 1, 'second')).rejects.toMatchObject({ code: 'ARTEFACT_EXISTS' });
  const blob = await readBlob(database, capture.id, 'evidence/screenshot-001.png');
  expect(await blob.text()).toBe('first');
});

test('closing freezes the segment: own entries with detail, foreign ones by their hash alone', async () => {
  await ensureDevice(database);
  const { capture, entry } = await reserveCapture(database, clock, 'challenge-requested', request, takenWith);
  await updateCapture(
    database,
    clock,
    capture.id,
    { segmentFrom: entry.seq },
    { event: 'capture-started', detail: { mode: 'reload' } },
  );
  const other = await reserveCapture(database, clock, 'challenge-absent', request, takenWith);
  await storeScreenshot(capture.id, 1, 'a');
  await storeScreenshot(other.capture.id, 1, 'b');
  await storeScreenshot(capture.id, 2, 'c');
  const seen: number[] = [];
  const record = toUtf8('{}');
  const closed = await closeCapture(database, clock, capture.id, ({ artefacts }) => {
    seen.push(artefacts.length);
    return record;
  });
  expect(closed.state).toBe('captured');
  expect(seen).toEqual([2]);
  const blob = await readBlob(database, capture.id, 'evidence/journal.jsonl');
  const text = fromUtf8(new Uint8Array(await blob.arrayBuffer()));
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalLine);
  expect(lines.map((line) => line.event)).toEqual([
    'challenge-requested',
    'capture-started',
    'challenge-absent',
    'artefact-stored',
    'artefact-stored',
    'artefact-stored',
    'artefact-stored',
    'capture-closed',
  ]);
  expect(lines.map((line) => line.detail !== undefined)).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(lines.at(-1)?.detail).toEqual({
    capture: capture.id,
    record: createHash('sha256').update(record).digest('hex'),
    artefacts: 2,
  });
  await expectUnbrokenJournal();
});

test('closing twice changes nothing', async () => {
  await ensureDevice(database);
  const { capture, entry } = await reserveCapture(database, clock, 'challenge-requested', request, takenWith);
  await updateCapture(database, clock, capture.id, { segmentFrom: entry.seq });
  await closeCapture(database, clock, capture.id, () => toUtf8('{}'));
  const count = await database.journal.count();
  await closeCapture(database, clock, capture.id, () => toUtf8('{"other":1}'));
  expect(await database.journal.count()).toBe(count);
});

test('the device key cannot be read, signs, and is made once', async () => {
  const [first, second] = await Promise.all([ensureDevice(database), ensureDevice(database)]);
  expect(first.deviceId).toBe(second.deviceId);
  const stored = await ensureDevice(database);
  expect(stored.publicKey).toBe(first.publicKey);
  await expect(crypto.subtle.exportKey('pkcs8', stored.keyPair.privateKey)).rejects.toThrow();
  const signature = await signWithDevice(stored, toUtf8('x'));
  expect(signature.length).toBe(96);
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  expect(await crypto.subtle.verify(algorithm, stored.keyPair.publicKey, signature, toUtf8('x'))).toBe(true);
  expect(await crypto.subtle.verify(algorithm, stored.keyPair.publicKey, signature, toUtf8('y'))).toBe(false);
});

test('a finished state takes the job away', async () => {
  await ensureDevice(database);
  const { capture } = await reserveCapture(database, clock, 'challenge-absent', request, takenWith);
  expect(await database.jobs.count()).toBe(1);
  await updateCapture(database, clock, capture.id, { state: 'failed' }, { event: 'capture-failed' });
  expect(await database.jobs.count()).toBe(0);
});

test('the reader shows a capture and is told of changes', async () => {
  await ensureDevice(database);
  const { capture } = await reserveCapture(database, clock, 'challenge-absent', request, takenWith);
  const reader = openReader(database.name);
  const states: string[] = [];
  const arrived = new Promise<void>((resolve) => {
    const stop = reader.observe(
      () => reader.capture(capture.id),
      (view) => {
        states.push(view.state);
        if (view.state === 'failed') resolve(stop());
        else
          void updateCapture(
            database,
            clock,
            capture.id,
            { state: 'failed' },
            { event: 'capture-failed', detail: { code: 'TAB_CLOSED' } },
          );
      },
      (error) => {
        throw error;
      },
    );
  });
  await arrived;
  expect(states).toEqual(['draft', 'failed']);
  await expect(reader.capture('CAP-00000000-9')).rejects.toMatchObject({ code: 'CAPTURE_UNKNOWN' });
});
