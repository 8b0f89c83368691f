import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { catchPrinted } from '../test/fixtures/catch-printed.ts';
import type { DeviceClient } from '../test/fixtures/device-client.ts';
import { createSoftToken, hasSoftToken, type SoftToken } from '../test/fixtures/soft-token.ts';
import { captureBy, startTestService, type TestService } from '../test/fixtures/test-service.ts';
import { runBackup, runRestore } from './backup-command.ts';
import type { Finding } from './doctor/finding.ts';
import { runDoctor } from './doctor-command.ts';
import { folderSource } from './log/folder-source.ts';
import { runRotateKeys } from './rotate-command.ts';
import { openDatabase } from './store/database.ts';
import { evidenceBlobs } from './store/evidence-blobs.ts';
import { evidenceName } from './store/evidence-names.ts';
import { fileMasterKey } from './store/file-master-key.ts';
import { folderBlobs } from './store/folder-blobs.ts';
import { nodePorts } from './store/node-ports.ts';
import { createStore } from './store/store.ts';

vi.setConfig({ testTimeout: 120_000 });

const FILE_KEY = { provider: 'file', keyFile: 'master.key' };
/** In the page of every test bundle, and in the PDF of none. */
const MARKERS = ['<!doctype html>', '%PDF-', 'WARC/1.1', 'pages/pages.jsonl'];

let folder = '';
let dataDir = '';
let printed = (): string => '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'encrypted-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  printed = catchPrinted();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const service of started.splice(0)) await service.close();
});

const started: TestService[] = [];
/** Closed after its test at the latest. */
async function start(dir: string): Promise<TestService> {
  const service = await startTestService(dir);
  started.push(service);
  return service;
}

const configure = (settings: object, dir = dataDir) =>
  writeFile(join(dir, 'config.json'), JSON.stringify(settings));
const root = (dir = dataDir) => join(dir, 'service');

/** Files below the service folder that hold evidence in the clear; metadata and the log are not evidence. */
async function inTheClear(dir = dataDir): Promise<string[]> {
  const found: string[] = [];
  for (const name of ['incoming', 'work', 'refused', 'packages'])
    for (const file of await folderBlobs(root(dir)).list(name)) {
      const bytes = await readFile(join(root(dir), file));
      if (MARKERS.some((marker) => bytes.includes(marker))) found.push(file);
    }
  return found;
}

async function judge(service: TestService, bytes: Uint8Array) {
  const anchors = parseTrustFile(await service.trustFile());
  return (await verifyPackage(bytesSource(bytes), nodePorts, { anchors })).verdict;
}

const bytesOf = async (client: DeviceClient, path: string, headers: Record<string, string> = {}) => {
  const answer = await client.send(`/api/v1${path}`, { headers });
  return { status: answer.status, bytes: new Uint8Array(await answer.arrayBuffer()) };
};

async function encryptionFinding(dir = dataDir): Promise<Finding | undefined> {
  printed = catchPrinted();
  await runDoctor(['--data', dir, '--json']);
  return (JSON.parse(printed()) as Finding[]).find(({ check }) => check === 'encryption');
}

/** Bundle and package of something sealed, and the id of something refused. */
interface Kept {
  readonly sealed: string;
  readonly bundle: Uint8Array;
  readonly bytes: Uint8Array;
  readonly refused: string;
}

async function fill(service: TestService, client: DeviceClient): Promise<Kept> {
  const bundle = await captureBy(client);
  const sealed = await client.upload(bundle);
  const bytes = await service.sealed(client, sealed);
  const next = await captureBy(client);
  const altered = Uint8Array.from(next.bytes);
  altered[Buffer.from(altered).indexOf('<!doctype html>') + 2] = 1;
  const refused = await client.upload({ ...next, bytes: altered });
  await client.waitFor(refused, 'refused');
  // "refused" is told before what came in is cleared away: what is listed after this stays.
  for (const name of ['incoming', 'work']) await expect.poll(() => readdir(join(root(), name))).toEqual([]);
  return { sealed, bundle: bundle.bytes, bytes, refused };
}

describe.sequential('a service that encrypts under a key in a file', () => {
  let device: DeviceClient['device'];
  let kept: Kept;

  test('begins in the clear; once it is told to encrypt, what is new is encrypted and what is old stays', async () => {
    dataDir = join(folder, 'data');
    await mkdir(dataDir);
    const before = await start(dataDir);
    const client = await before.signIn();
    ({ device } = client);
    const old = await fill(before, client);
    expect((await inTheClear()).length).toBeGreaterThanOrEqual(3);
    expect(await encryptionFinding()).toMatchObject({
      status: 'warn',
      en: expect.stringMatching(/^off: 2 /),
    });
    await before.close();

    await configure({ encryption: { masterKey: FILE_KEY } });
    expect(await encryptionFinding()).toMatchObject({
      status: 'warn',
      en: expect.stringContaining('next start'),
    });
    const plain = await inTheClear();
    const service = await start(dataDir);
    const again = await service.signIn(device);
    kept = await fill(service, again);
    expect(await service.sealed(again, old.sealed)).toEqual(old.bytes);
    expect((await inTheClear()).sort()).toEqual(plain.sort());
    for (const name of plain) expect(name).toMatch(new RegExp(`${old.sealed}|${old.refused}`));
    expect(await encryptionFinding()).toMatchObject({
      status: 'pass',
      en: expect.stringMatching(/^2 packages are encrypted, 2 are in the clear; .*master\.key opens them$/),
    });
    await service.close();
  });

  test('hands out the same bytes, whole and by ranges, and they verify', async () => {
    const service = await start(dataDir);
    const client = await service.signIn(device);
    const { sealed, bundle, bytes } = kept;
    expect(await judge(service, bytes)).toBe('valid');
    expect((await bytesOf(client, `/packages/${sealed}/bundle`)).bytes).toEqual(new Uint8Array(bundle));
    for (const [from, to] of [
      [0, 0],
      [65_530, 65_545],
      [10, bytes.length - 1],
      [bytes.length - 3, bytes.length - 1],
    ] as const) {
      const range = { range: `bytes=${from}-${to}` };
      const part = await bytesOf(client, `/packages/${sealed}/package`, range);
      expect(part).toEqual({ status: 206, bytes: bytes.slice(from, to + 1) });
    }
    const beyond = { range: 'bytes=999999999-' };
    expect((await bytesOf(client, `/packages/${sealed}/package`, beyond)).status).toBe(416);
    const pdf = await bytesOf(client, `/packages/${sealed}/certificate`);
    expect(Buffer.from(pdf.bytes).toString('latin1', 0, 5)).toBe('%PDF-');
    const head = await client.send(`/api/v1/packages/${sealed}/package`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    const packages = await readdir(join(root(), 'packages', sealed));
    expect(packages.sort()).toEqual([`${sealed}.asice.enc`, 'certificate.pdf.enc', 'receipt.json.enc']);
    expect(await readdir(join(root(), 'refused'))).toEqual(
      expect.arrayContaining([`${kept.refused}.wacz.enc`, `${kept.refused}.json.enc`]),
    );
    for (const name of ['incoming', 'work']) await expect.poll(() => readdir(join(root(), name))).toEqual([]);
    await service.close();
  });

  test('what was altered on the disk is not handed out', async () => {
    const path = join(root(), 'packages', kept.sealed, `${kept.sealed}.asice.enc`);
    const original = await readFile(path);
    const service = await start(dataDir);
    const client = await service.signIn(device);
    await chmod(path, 0o644);
    const altered = Buffer.from(original);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    await writeFile(path, altered);
    const asked = await bytesOf(client, `/packages/${kept.sealed}/package`);
    expect(asked.status).toBe(500);
    await writeFile(path, original);
    expect((await bytesOf(client, `/packages/${kept.sealed}/package`)).bytes).toEqual(kept.bytes);
    await service.close();
  });

  test('without its key, or with another one, it does not start, says what to do, and changes nothing', async () => {
    const key = join(dataDir, 'master.key');
    const away = join(folder, 'away.key');
    await copyFile(key, away);
    const before = await readFile(join(root(), 'service.db'));
    const refusal = async (code: string) => {
      const refused = { code, message: expect.stringMatching(/Nothing was changed.*未改动任何数据/) };
      await expect(start(dataDir)).rejects.toMatchObject(refused);
      expect(await encryptionFinding()).toMatchObject({
        status: 'fail',
        en: expect.stringContaining('master key'),
      });
    };
    await rm(key);
    await refusal('MASTER_KEY_MISSING');
    expect(await readdir(dataDir)).not.toContain('master.key');
    await writeFile(key, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
    await refusal('MASTER_KEY_WRONG');
    await configure({});
    await refusal('MASTER_KEY_MISSING');
    await configure({ encryption: { masterKey: FILE_KEY } });
    await copyFile(away, key);
    if (process.platform !== 'win32') {
      await chmod(key, 0o640);
      await expect(start(dataDir)).rejects.toMatchObject({ code: 'MASTER_KEY_EXPOSED' });
      await chmod(key, 0o600);
    }
    expect(Buffer.compare(await readFile(join(root(), 'service.db')), before)).toBe(0);
    await (await start(dataDir)).close();
  });

  test('a backup is encrypted as it is, and is restored with the key and not without', async () => {
    const service = await start(dataDir);
    await service.signIn(device);
    const to = join(folder, 'backup');
    expect(await runBackup(['--data', dataDir, '--to', to, '--copy'])).toBe(0);
    expect(printed()).toMatch(/2 sealed packages, 2 refused/);
    expect(printed()).toContain('does not hold the master key');
    await service.close();
    const plain = await inTheClear();
    expect((await inTheClear(to)).sort()).toEqual(plain.sort());
    const files = await readdir(to, { recursive: true });
    expect(files.filter((name) => name.includes('master'))).toEqual([]);

    const restored = join(folder, 'restored');
    const restore = (...more: string[]) => runRestore(['--from', to, '--data', restored, ...more]);
    await expect(restore()).rejects.toMatchObject({ code: 'MASTER_KEY_MISSING' });
    const other = join(folder, 'other.json');
    await writeFile(join(folder, 'wrong.key'), 'cd'.repeat(32), { mode: 0o600 });
    const wrong = { provider: 'file', keyFile: 'wrong.key' };
    await writeFile(other, JSON.stringify({ encryption: { masterKey: wrong } }));
    await expect(restore('--config', other)).rejects.toMatchObject({ code: 'MASTER_KEY_WRONG' });
    expect(await readdir(restored)).not.toContain('service');
    const right = { provider: 'file', keyFile: join(dataDir, 'master.key') };
    await writeFile(other, JSON.stringify({ encryption: { masterKey: right } }));
    expect(await restore('--config', other)).toBe(0);
    await copyFile(join(dataDir, 'master.key'), join(restored, 'master.key'));
    const again = await start(restored);
    const client = await again.signIn(device);
    expect(await again.sealed(client, kept.sealed)).toEqual(kept.bytes);
    await again.close();
  });

  test('a damaged encrypted file is found by the check of a backup', async () => {
    const copy = join(folder, 'damaged');
    await cp(dataDir, copy, { recursive: true });
    const path = join(root(copy), 'refused', `${kept.refused}.wacz.enc`);
    const bytes = await readFile(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
    await writeFile(path, bytes);
    await expect(runBackup(['--data', copy, '--to', join(folder, 'never')])).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
      entry: evidenceName.refused(kept.refused),
    });
    await rm(copy, { recursive: true });
  });

  test('the master key is changed without writing the evidence again', async () => {
    const rotate = () => runRotateKeys(['--master-key', '--data', dataDir]);
    const before = await readFile(join(root(), 'packages', kept.sealed, `${kept.sealed}.asice.enc`));
    await expect(rotate()).rejects.toMatchObject({ entry: 'encryption.previousMasterKey' });
    const next = { provider: 'file', keyFile: 'next.key' };
    await configure({ encryption: { masterKey: next, previousMasterKey: FILE_KEY } });
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'MASTER_KEY_MISSING' });
    expect(await rotate()).toBe(0);
    expect(printed()).toMatch(/next\.key instead of .*master\.key, keys of 2 packages wrapped anew/);
    expect(await rotate()).toBe(0);
    expect(printed()).toContain('is the master key already');
    await rm(join(dataDir, 'master.key'));
    await configure({ encryption: { masterKey: next } });
    const service = await start(dataDir);
    const client = await service.signIn(device);
    expect(await service.sealed(client, kept.sealed)).toEqual(kept.bytes);
    await service.close();
    const after = await readFile(join(root(), 'packages', kept.sealed, `${kept.sealed}.asice.enc`));
    expect(Buffer.compare(after, before)).toBe(0);
  });
});

describe.skipIf(!hasSoftToken)('a service whose master key is in a token', () => {
  let soft: SoftToken;
  beforeAll(async () => {
    soft = createSoftToken();
    dataDir = await mkdtemp(join(folder, 'token-'));
    await configure({
      encryption: { masterKey: { provider: 'pkcs11', keyLabel: 'master', ...soft.options } },
    });
  });
  afterAll(() => soft.close());

  test('seals, hands out, waits for a token that is away, and does not start without it', async () => {
    const service = await start(dataDir);
    const client = await service.signIn();
    const { sealed, bytes } = await fill(service, client);
    expect(await judge(service, bytes)).toBe('valid');
    expect(await inTheClear()).toEqual([]);
    expect(await encryptionFinding()).toMatchObject({ status: 'pass' });
    const bundle = await captureBy(client);
    const path = await client.createUpload(bundle);
    soft.remove();
    await expect(client.sendFrom(path, bundle.bytes, 0)).rejects.toMatchObject({
      status: 503,
      code: 'TOKEN_UNAVAILABLE',
    });
    const asked = await bytesOf(client, `/packages/${sealed}/package`);
    expect(asked.status).toBe(503);
    soft.putBack();
    const id = await client.upload(bundle);
    await client.waitFor(id, 'sealed');
    await service.close();
    soft.remove();
    await expect(start(dataDir)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    soft.putBack();
    await (await start(dataDir)).close();
  });
});

test('deleted evidence cannot be read any more, whoever kept copies of its files and of the database', async () => {
  dataDir = await mkdtemp(join(folder, 'deletion-'));
  await configure({ encryption: { masterKey: FILE_KEY } });
  const service = await start(dataDir);
  const client = await service.signIn();
  const { sealed, refused } = await fill(service, client);
  await service.close();
  const copies = join(folder, 'copies');
  for (const name of ['packages', 'refused'])
    await cp(join(root(), name), join(copies, name), { recursive: true });

  const master = await fileMasterKey(join(dataDir, 'master.key'), false);
  let database = await openDatabase(join(root(), 'service.db'));
  const store = createStore(database);
  const readable = async (id: string, name: string, from: string) => {
    const { blobs } = await evidenceBlobs(from, createStore(database).dataKeys, master).of(id);
    const source = await blobs.open(name);
    await source.read(0, source.size);
    await source.close();
    return true;
  };
  const names = [
    [sealed, evidenceName.package(sealed)],
    [refused, evidenceName.refused(refused)],
  ] as const;
  const wrapped: string[] = [];
  for (const [id, name] of names) {
    expect(await readable(id, name, copies)).toBe(true);
    wrapped.push((await store.dataKeys.get(id)) ?? '');
  }
  for (const id of [sealed, refused]) {
    await store.deletions.request({ package: id, reason: '期满', requestedBy: '{}', requestedAt: 1 });
    await database
      .updateTable('deletions')
      .set({ confirmedAt: 2, tombstone: '{"version":1}' })
      .where('package', '=', id)
      .execute();
    await database.updateTable('packages').set({ state: 'deleted' }).where('id', '=', id).execute();
  }
  await database.destroy();

  // The next start takes up what was confirmed.
  const again = await start(dataDir);
  const later = await again.signIn(client.device);
  const state = async (id: string) => (await later.json<{ state: string }>(`/packages/${id}`)).state;
  expect(await state(sealed)).toBe('deleted');
  await expect.poll(() => readdir(join(root(), 'packages'))).toEqual([]);
  await expect.poll(() => readdir(join(root(), 'refused'))).toEqual([]);
  const inFiles = async () => {
    const files = (await readdir(root())).filter((name) => name.startsWith('service.db'));
    const contents = await Promise.all(files.map((name) => readFile(join(root(), name))));
    return wrapped.filter((key) => contents.some((content) => content.includes(key)));
  };
  // While it runs, write-ahead log included.
  await expect.poll(inFiles).toEqual([]);
  const trust = parseTrustFile(await again.trustFile());
  await again.close();
  expect(await inFiles()).toEqual([]);

  database = await openDatabase(join(root(), 'service.db'));
  for (const [id, name] of names) {
    await expect(readable(id, name, copies)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await createStore(database).deletions.get(id)).toMatchObject({ finishedAt: expect.any(Number) });
  }
  await database.destroy();
  const { size } = await checkWholeLog(nodePorts, folderSource(join(root(), 'log', 'public')), { trust });
  expect(size).toBeGreaterThan(0n);
});
