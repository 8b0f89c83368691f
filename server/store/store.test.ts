import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresMissing, startPostgres, type TestPostgres } from '../../test/fixtures/postgres.ts';
import type { Case } from './cases.ts';
import { takeDataLock } from './data-lock.ts';
import { type Database, openDatabase } from './database.ts';
import { openPostgres } from './open-postgres.ts';
import { sqliteDrivers } from './sqlite-driver.ts';
import { createStore, type Store } from './store.ts';

const device = { id: '0a1b2c3d', publicKey: 'AAAA', name: 'laptop', pairedAt: 1 };
const code = { id: 'c1', salt: '00', hash: '11', createdAt: 0, expiresAt: 100, triesLeft: 2, usedAt: null };

const own = { organisation: 'operator' };
const caseRow = (more: Partial<Case>): Case => ({
  id: 'k',
  organisation: 'operator',
  number: 'n',
  title: '',
  cause: '',
  source: '',
  legalBasis: '',
  category: null,
  operators: '[]',
  retainUntil: null,
  hold: null,
  version: 1,
  createdAt: 1,
  createdBy: device.id,
  ...more,
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Every kind of store passes the same tests. `make` gives a new, empty one, and what opens it, again and again. */
type Make = () => Promise<() => Promise<Database>>;

describe.each(sqliteDrivers)('store on %s', (driver) => {
  let made = '';
  beforeAll(async () => {
    made = join(await mkdtemp(join(tmpdir(), 'store-')), 'made.db');
    await (await openDatabase(made, driver)).destroy();
  });
  afterAll(() => rm(dirname(made), { recursive: true }));
  storeTests(async () => {
    const path = join(folder, 'service.db');
    await copyFile(made, path);
    return () => openDatabase(path, driver);
  });
});

const missing = postgresMissing();
if (missing !== undefined) console.warn(`store on postgres is not tested: ${missing}`);
describe.skipIf(missing !== undefined)('store on postgres', () => {
  let postgres: TestPostgres;
  let made = '';
  const open = (url: string) => openPostgres({ url, connections: 4 }, () => undefined);
  beforeAll(async () => {
    postgres = await startPostgres();
    made = await postgres.createDatabase();
    await (await open(made)).destroy();
  });
  afterAll(() => postgres.remove());
  storeTests(async () => {
    const url = await postgres.createDatabase(made);
    return () => open(url);
  });
});

function storeTests(make: Make): void {
  let db: Database;
  let open: () => Promise<Database>;
  let store: Store;

  beforeEach(async () => {
    open = await make();
    db = await open();
    store = createStore(db);
    await store.pairingCodes.add(code, 8);
  });
  afterEach(() => db.destroy());

  const pair = () => store.devices.pair(device, 'c1');
  const receive = (id: string, at: number) =>
    store.packages.receive({
      id,
      device: device.id,
      sha256: id,
      bytes: 1,
      upload: `u-${id}`,
      receivedAt: at,
    });

  test('opens again with everything that was written', async () => {
    expect(await pair()).toBe('paired');
    await db.destroy();
    db = await open();
    expect(await createStore(db).devices.get(device.id)).toMatchObject({ ...device, suspendedAt: null });
  });

  test('a pairing code pairs one device; a device id belongs to one key', async () => {
    expect(await pair()).toBe('paired');
    expect(await store.devices.pair({ ...device, id: 'ffffffff', publicKey: 'BBBB' }, 'c1')).toBe(
      'code-used',
    );
    await store.pairingCodes.add({ ...code, id: 'c2' }, 8);
    expect(await store.devices.pair({ ...device, publicKey: 'BBBB' }, 'c2')).toBe('id-taken');
    expect(await store.devices.pair({ ...device, name: 'again' }, 'c2')).toBe('paired');
    expect(await store.devices.get(device.id)).toMatchObject({ name: 'again', publicKey: 'AAAA' });
  });

  test('counts tries before they are judged and knows closed codes', async () => {
    const tries = await Promise.all([1, 2, 3].map(() => store.pairingCodes.takeTry(50)));
    expect(tries.map((codes) => codes.length).sort()).toEqual([0, 1, 1]);
    expect((await store.pairingCodes.closed(50)).map(({ id }) => id)).toEqual(['c1']);
    await store.pairingCodes.add({ ...code, id: 'c2', createdAt: 5 }, 1);
    expect(await store.pairingCodes.closed(50)).toEqual([]);
    expect(await store.pairingCodes.takeTry(100)).toEqual([]);
  });

  test('nonces are single use, sessions end', async () => {
    await pair();
    await store.sessions.addNonce({ hash: 'n', device: device.id, expiresAt: 10 }, 0);
    expect(await store.sessions.takeNonce('n', 'ffffffff', 5)).toBe(false);
    expect(await store.sessions.takeNonce('n', device.id, 5)).toBe(true);
    expect(await store.sessions.takeNonce('n', device.id, 5)).toBe(false);
    await store.sessions.add({ tokenHash: 't', device: device.id, createdAt: 0, expiresAt: 10 });
    expect((await store.sessions.device('t', 9))?.id).toBe(device.id);
    expect(await store.sessions.device('t', 10)).toBeUndefined();
  });

  test('lists page newest first, without gaps or repeats among equal times', async () => {
    await pair();
    for (let n = 0; n < 7; n++) {
      const row = caseRow({ id: `k${n}`, number: `no ${n}`, createdAt: n >> 1 });
      expect(await store.cases.add(row)).toEqual(row);
    }
    expect((await store.cases.add(caseRow({ id: 'x', number: 'no 3', title: 'y', createdAt: 9 }))).id).toBe(
      'k3',
    );
    const seen: string[] = [];
    let page = await store.cases.list(own, 3);
    for (;;) {
      seen.push(...page.rows.map(({ id }) => id));
      if (page.next === undefined) break;
      page = await store.cases.list(own, 3, page.next);
    }
    expect(seen).toEqual(['k6', 'k5', 'k4', 'k3', 'k2', 'k1', 'k0']);
  });

  test('one challenge a number, one anchor a digest, one hash a journal number', async () => {
    await pair();
    const challenge = {
      nonce: 'n1',
      device: device.id,
      sequence: 1,
      journalSeq: 0,
      journalHead: 'h',
      issuedAt: 1,
      file: '{}',
      usedBy: null,
      caseId: null,
    };
    expect(await store.challenges.add(challenge)).toEqual(challenge);
    expect((await store.challenges.add({ ...challenge, nonce: 'n2' })).nonce).toBe('n1');
    const anchor = { device: device.id, digest: 'd', token: 't', proof: 'p', createdAt: 1 };
    expect(await store.anchors.add(anchor)).toEqual(anchor);
    expect((await store.anchors.add({ ...anchor, token: 'other' })).token).toBe('t');
    expect(await store.journalMarks.add({ device: device.id, seq: 4, hash: 'a' })).toBe('a');
    expect(await store.journalMarks.add({ device: device.id, seq: 4, hash: 'b' })).toBe('a');
    expect(await store.journalMarks.between(device.id, 4, 4)).toHaveLength(1);
    expect(await store.journalMarks.between(device.id, 5, 9)).toEqual([]);
  });

  test('a package is received once, its job leased to one worker at a time', async () => {
    await pair();
    await store.uploads.add({
      id: 'u-A',
      device: device.id,
      capture: 'c',
      sha256: 'A',
      package: 'A',
      bytes: 1,
      createdAt: 0,
      finishedAt: null,
    });
    expect((await store.uploads.receiving('A', device.id))?.id).toBe('u-A');
    expect(await store.uploads.receiving('A', 'ffffffff')).toBeUndefined();
    expect(await receive('A', 1)).toBe(true);
    expect(await receive('A', 2)).toBe(false);
    expect((await store.uploads.get('u-A'))?.finishedAt).toBe(2);
    expect(await store.uploads.unfinished(10)).toEqual([]);
    expect(await receive('B', 2)).toBe(true);
    expect((await store.jobs.claim('w1', 5, 10))?.package).toBe('A');
    expect((await store.jobs.claim('w2', 5, 10))?.package).toBe('B');
    expect(await store.jobs.claim('w2', 5, 10)).toBeUndefined();
    await store.jobs.renew('A', 'w1', 100);
    expect(await store.jobs.claim('w3', 20, 10)).toMatchObject({ package: 'B', attempts: 2 });
    await store.jobs.setAside('B', 'broke', 40);
    expect(await store.jobs.claim('w3', 39, 10)).toBeUndefined();
    expect(await store.jobs.nextDue()).toBe(40);
    await store.jobs.releaseAll();
    await store.jobs.finish('B');
    expect(await store.jobs.claim('w4', 39, 10)).toMatchObject({ package: 'A', attempts: 2 });
  });

  test('a capture number belongs to one package, which closes its challenge', async () => {
    await pair();
    for (const id of ['A', 'B', 'C']) await receive(id, 1);
    await store.challenges.add({
      nonce: 'n',
      device: device.id,
      sequence: 1,
      journalSeq: 0,
      journalHead: 'h',
      issuedAt: 1,
      file: '{}',
      usedBy: null,
      caseId: null,
    });
    const claim = {
      package: 'A',
      device: device.id,
      capture: 'CAP',
      sequence: 1,
      journal: 'j',
      challenge: 'n',
      closing: { device: device.id, seq: 3, hash: 'x' },
      defects: [],
      found: { caseId: null, requestedUrl: 'u', finalUrl: 'u', title: 't', capturedAt: 1 },
    };
    const of = (sequence: number) => ({
      ...{ device: device.id, sequence, organisation: 'operator', user: null, caseId: null, before: 9 },
    });
    expect(await store.challenges.open(of(1), 5)).toEqual([]);
    expect(await store.challenges.open(of(2), 5)).toHaveLength(1);
    expect(await store.challenges.open({ ...of(2), before: 1 }, 5)).toEqual([]);
    expect(await store.verdicts.accept(claim)).toBeUndefined();
    expect(await store.verdicts.accept(claim)).toBeUndefined();
    expect(await store.verdicts.accept({ ...claim, package: 'B' })).toEqual({
      kind: 'same-capture',
      package: 'A',
    });
    const other = { ...claim, package: 'B', journal: 'k' };
    expect(await store.verdicts.accept(other)).toEqual({ kind: 'other-capture', package: 'A' });
    expect((await store.packages.get('B'))?.verdict).toBeNull();
    expect(await store.challenges.open(of(9), 5)).toEqual([]);
    await store.verdicts.refuse({ package: 'B', code: 'X', entry: null, message: 'm', defects: [] });
    await store.verdicts.refuse({ package: 'A', code: 'X', entry: null, message: 'm', defects: [] });
    expect((await store.packages.get('B'))?.verdict).toBe('refused');
    expect((await store.packages.get('A'))?.verdict).toBe('accepted');
  });

  test('seals of a chain name their predecessor, fixed once', async () => {
    await pair();
    for (const id of ['A', 'B']) await receive(id, 1);
    expect(await store.packages.fixPreviousSeal('A', 'chain')).toBe('-');
    const file = { sealLeaf: 'leafA', sealedAt: 5, sealedBytes: 1, sealedSha256: 's' };
    await store.packages.setSealed('A', file);
    expect(await store.packages.fixPreviousSeal('B', 'chain')).toBe('leafA');
    await store.packages.setSealed('B', { ...file, sealLeaf: 'leafB', sealedAt: 6 });
    expect(await store.packages.fixPreviousSeal('A', 'chain')).toBe('-');
    expect((await store.packages.get('A'))?.state).toBe('sealed');
    const mine = { device: device.id };
    const page = await store.packageSearch.find(mine, { terms: [] }, 1);
    expect(page.rows.map(({ id }) => id)).toEqual(['B']);
    const second = await store.packageSearch.find(mine, { terms: [] }, 1, page.next);
    expect(second.rows.map(({ id }) => id)).toEqual(['A']);
    expect((await store.packageSearch.find({ device: 'ffffffff' }, { terms: [] }, 5)).rows).toEqual([]);
  });

  test('numbers come back exactly, texts sort byte by byte', async () => {
    await pair();
    const bytes = Number.MAX_SAFE_INTEGER;
    await store.packages.receive({
      id: 'A',
      device: device.id,
      sha256: 'A',
      bytes,
      upload: 'u',
      receivedAt: bytes,
    });
    expect(await store.packages.get('A')).toMatchObject({ bytes, receivedAt: bytes });
    const numbers = ['a', 'B', 'ä', 'Z', '案', '〔', '\u{20BB7}', '-'];
    for (const number of numbers) await store.cases.add(caseRow({ id: number, number }));
    const byBytes = [...numbers].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const { rows } = await store.cases.search(own, '', 50);
    expect(rows.map(({ number }) => number)).toEqual(byBytes);
  });

  test('what happens at once takes effect one after the other', async () => {
    await pair();
    const at = Array.from({ length: 12 }, (_, n) => n);
    const entry = { organisation: 'operator', at: '2026-11-29T00:00:00Z', subject: null, detail: {} };
    const actor = { kind: 'system', id: null, name: null, role: null, organisation: null } as const;
    await Promise.all(at.map(() => store.auditTrail.append({ ...entry, actor, action: 'sign-in' })));
    const entries = await store.auditTrail.read('operator', { after: 0, limit: 50 });
    expect(entries.map(({ seq }) => seq)).toEqual(at.map((n) => n + 1));
    expect(entries.map(({ prev }) => prev).slice(1)).toEqual(entries.map(({ hash }) => hash).slice(0, -1));

    for (const n of at) await receive(`P${n}`, 1);
    const claimed = await Promise.all(at.map((n) => store.jobs.claim(`w${n}`, 5, 100)));
    expect(new Set(claimed.map((job) => job?.package)).size).toBe(at.length);

    const added = await Promise.all(at.map((n) => store.cases.add(caseRow({ id: `k${n}`, number: 'same' }))));
    expect(new Set(added.map(({ id }) => id)).size).toBe(1);
    const [{ id, version } = { id: '', version: 0 }] = added;
    const outcomes = await Promise.all(at.map((n) => store.cases.change(id, version, { title: `t${n}` })));
    expect(outcomes.filter((outcome) => outcome === 'changed')).toHaveLength(1);
    const marks = await Promise.all(
      at.map((n) => store.journalMarks.add({ device: device.id, seq: 1, hash: `h${n}` })),
    );
    expect(new Set(marks).size).toBe(1);
  });

  test('a search finds by every term, in the order of lists', async () => {
    await pair();
    for (const [n, id] of ['A', 'B', 'C'].entries()) {
      await receive(id, n);
      const url = `https://shop${n}.market.example/item/${n}`;
      await store.verdicts.accept({
        package: id,
        device: device.id,
        capture: `CAP-${n}`,
        sequence: n,
        journal: id,
        challenge: null,
        closing: { device: device.id, seq: n, hash: id },
        defects: [],
        found: { caseId: null, requestedUrl: url, finalUrl: url, title: `标题\u0000${n}`, capturedAt: n },
      });
    }
    const find = async (kind: 'host' | 'url' | 'hash' | 'capture', ...terms: string[]) => {
      const wanted = terms.map((term) => ({ kind, term }));
      return (await store.packageSearch.find(own, { terms: wanted }, 9)).rows.map(({ id }) => id);
    };
    expect(await find('host', 'market.example')).toEqual(['C', 'B', 'A']);
    expect(await find('host', 'market.example', 'shop1.market.example')).toEqual(['B']);
    expect(await find('url', 'shop2.market.example/item')).toEqual(['C']);
    expect(await find('hash', 'A')).toEqual(['A']);
    expect(await find('capture', 'CAP-1')).toEqual(['B']);
    const some = {
      terms: [{ kind: 'host' as const, term: 'market.example' }],
      caseId: null,
      from: 1,
      until: 2,
    };
    expect((await store.packageSearch.find(own, some, 9)).rows.map(({ id }) => id)).toEqual(['B']);
  });
}

describe.each(sqliteDrivers)('lock on %s', (driver) => {
  test('a data directory is taken by one holder', async () => {
    const path = join(folder, 'lock');
    const lock = await takeDataLock(path, driver);
    await expect(takeDataLock(path, driver)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      entry: folder,
    });
    lock.release();
    (await takeDataLock(path, driver)).release();
  });
});
