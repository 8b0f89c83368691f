import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import JSZip from 'jszip';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type PackageAnswer, packageAnswer } from '#shared/api/schemas';
import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { type Receipt, receiptSchema } from '#shared/seal/receipt';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { buildTestBundle, type TestBundleOptions } from '../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../test/fixtures/device-client.ts';
import { packBundle } from '../test/fixtures/pack-bundle.ts';
import { openTestApp } from './http/testing/open-test-app.ts';
import { sealSteps } from './seal/seal-steps.ts';
import { createService, type Service } from './service.ts';
import { openFileSource } from './store/file-source.ts';
import { nodePorts } from './store/node-ports.ts';

// Some of these seal several packages.
vi.setConfig({ testTimeout: 60_000 });

let dataDir = '';
let service: Service;
let url = '';
let client: DeviceClient;

const options = () => ({
  dataDir,
  listening: { host: '127.0.0.1', tls: undefined, names: [] },
  publicUrl: undefined,
  oidc: undefined,
  port: 0,
  organisation: '测试机构',
  systemName: '电子数据固定系统',
  origins: [],
  maxUploadBytes: 2 ** 30,
  minFreeBytes: 0,
  gapAfterHours: 168,
  uploadExpiryHours: 1,
  log: { witnesses: [], threshold: 0 },
  trust: {},
  now: () => new Date(),
});

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'service-'));
  service = await createService({ ...options(), logger: { level: 'error', stream: process.stderr } });
  ({ url } = await service.listen());
  client = await pairedClient();
});
afterAll(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

const adminToken = async () => (await readFile(join(dataDir, 'service', 'admin.token'), 'utf8')).trim();

async function pairedClient(): Promise<DeviceClient> {
  const token = await adminToken();
  const answer = await service.app.inject({
    method: 'POST',
    url: '/api/v1/pairing-codes',
    headers: { authorization: `Bearer ${token}` },
  });
  const paired = createDeviceClient(url);
  await paired.pair(answer.json().code);
  await paired.signIn();
  return paired;
}

/** A bundle under a challenge and an anchor of the service. */
const captured = (by: DeviceClient, more: TestBundleOptions = {}) =>
  buildTestBundle({
    device: by.device,
    challenge: ({ device: _, ...needs }) => by.challenge(needs),
    anchor: (digest) => by.anchor(digest),
    ...more,
  });
const refusal = async (by: DeviceClient, bundle: { bytes: Uint8Array; captureId: string }) => {
  const id = await by.upload(bundle);
  return (await by.waitFor(id, 'refused', 'sealed', 'waiting')).refusal;
};
const receiptOf = async (by: DeviceClient, id: string): Promise<Receipt> =>
  v.parse(receiptSchema, await by.json(`/packages/${id}/receipt`));

async function checkReceipt({ receipt, signature, certificate, proof }: Receipt): Promise<void> {
  const bytes = toUtf8(canonicalJson(receipt));
  const [der] = parsePem(certificate, 'CERTIFICATE');
  const { publicKey } = parseCertificate(der ?? new Uint8Array());
  const signed = { algorithm: 'ecdsa-p256-sha256', publicKey, data: bytes } as const;
  expect(await nodePorts.verifySignature({ ...signed, signature: fromBase64(signature) })).toBe(true);
  const trust = parseTrustFile(await (await client.send('/trust')).text());
  const leaf = leafBytes({ type: 'evidence-receipt/v1', receipt: sha256Hex(bytes) });
  await verifyTlogProof(nodePorts, proof, leaf, { logKeys: trust.logKeys });
}

test('seals a captured page, answers for it, and hands out files that verify', async () => {
  const bundle = await captured(client);
  const id = await client.upload(bundle);
  const answer = v.parse(packageAnswer, await client.waitFor(id, 'sealed', 'refused', 'waiting'));
  expect(answer).toMatchObject({ id, state: 'sealed', capture: bundle.captureId, refusal: null });
  expect(answer.done).toEqual(answer.steps);

  const receipt = await receiptOf(client, id);
  await checkReceipt(receipt);
  expect(receipt.receipt).toMatchObject({ verdict: 'accepted', capture: bundle.captureId, defects: [] });

  const file = await client.send(`/api/v1/packages/${id}/package`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${id}.asice"`);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(answer.sha256);
  expect(bytes.length).toBe(answer.bytes);

  const wacz = await client.send(`/api/v1/packages/${id}/bundle`);
  expect(new Uint8Array(await wacz.arrayBuffer())).toEqual(new Uint8Array(bundle.bytes));
  const part = await client.send(`/api/v1/packages/${id}/bundle`, { headers: { range: 'bytes=10-19' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bundle.bytes.length}`);
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array(bundle.bytes.slice(10, 20)));
  const last = await client.send(`/api/v1/packages/${id}/package`, { headers: { range: 'bytes=-4' } });
  expect(new Uint8Array(await last.arrayBuffer())).toEqual(bytes.slice(-4));
  const beyond = await client.send(`/api/v1/packages/${id}/package`, {
    headers: { range: 'bytes=999999999-' },
  });
  expect(beyond.status).toBe(416);
  const tag = file.headers.get('etag') ?? '';
  const same = await client.send(`/api/v1/packages/${id}/package`, { headers: { 'if-none-match': tag } });
  expect(same.status).toBe(304);
  const pdf = await client.send(`/api/v1/packages/${id}/certificate`);
  expect(Buffer.from(await pdf.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');

  const folder = join(dataDir, 'service', 'packages', id);
  expect((await readdir(folder)).sort()).toEqual([`${id}.asice`, 'certificate.pdf', 'receipt.json']);
  const source = await openFileSource(join(folder, `${id}.asice`));
  const anchors = parseTrustFile(await (await client.send('/trust')).text());
  const report = await verifyPackage(source, nodePorts, { anchors });
  await source.close();
  expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(report.verdict).toBe('valid');
  expect(await readdir(join(dataDir, 'service', 'work'))).toEqual([]);
  expect(await readdir(join(dataDir, 'service', 'incoming'))).toEqual([]);
});

test('the same bundle again is the same sealed package', async () => {
  const bundle = await captured(client);
  const id = await client.upload(bundle);
  const sealed = await client.waitFor(id, 'sealed');
  expect(await client.upload(bundle)).toBe(id);
  expect(await client.json<PackageAnswer>(`/packages/${id}`)).toEqual(sealed);
  // The worker tidies up after it has said so.
  await expect.poll(() => readdir(join(dataDir, 'service', 'incoming'))).toEqual([]);
});

test('a bundle without challenge and anchor is sealed, and the receipt says so', async () => {
  const bundle = await buildTestBundle({ device: client.device });
  const id = await client.upload(bundle);
  await client.waitFor(id, 'sealed');
  const { receipt } = await receiptOf(client, id);
  expect(receipt.defects).toEqual(expect.arrayContaining(['no-challenge', 'no-anchor']));
});

test('an altered bundle is refused with the entry at fault, receipted and kept aside', async () => {
  const bundle = await captured(client);
  const bytes = Uint8Array.from(bundle.bytes);
  const at = Buffer.from(bytes).indexOf('<!doctype html>');
  bytes[at + 2] = (bytes[at + 2] ?? 0) ^ 32;
  const altered = { bytes, captureId: bundle.captureId };
  const id = await client.upload(altered);
  const answer = await client.waitFor(id, 'refused', 'sealed', 'waiting');
  expect(answer.state).toBe('refused');
  expect(answer.refusal?.entry).toMatch(/dom/);
  const receipt = await receiptOf(client, id);
  await checkReceipt(receipt);
  expect(receipt.receipt).toMatchObject({
    verdict: 'refused',
    refusal: { code: answer.refusal?.code, entry: answer.refusal?.entry },
  });
  const aside = join(dataDir, 'service', 'refused', id);
  expect(new Uint8Array(await readFile(`${aside}.wacz`))).toEqual(bytes);
  expect(JSON.parse(await readFile(`${aside}.json`, 'utf8'))).toMatchObject({ refusal: answer.refusal });
  expect((await client.send(`/api/v1/packages/${id}/package`)).status).toBe(409);
  expect((await client.waitFor(await client.upload(altered), 'refused')).refusal).toEqual(answer.refusal);
  // The sound bundle of the same capture is still welcome.
  await client.waitFor(await client.upload(bundle), 'sealed');
});

test('what is no bundle at all is refused', async () => {
  const junk = { bytes: toUtf8('not a zip'), captureId: `CAP-${client.device.id}-77` };
  expect(await refusal(client, junk)).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
  const empty = { bytes: new Uint8Array(), captureId: `CAP-${client.device.id}-78` };
  const path = await client.createUpload(empty);
  expect(path).not.toBe('');
  const id = 'EVD-4OYMIQUY7QOBJGX3';
  expect((await client.waitFor(id, 'refused')).refusal).not.toBeNull();
});

test('challenge and anchor of another service: the one refuses, the other is marked', async () => {
  const other = await openTestApp();
  const there = createDeviceClient(await other.listen(), client.device);
  await there.pair(await other.pairingCode());
  await there.signIn();
  const challenged = await captured(client, {
    challenge: ({ device: _, ...needs }) => there.challenge(needs),
  });
  expect(await refusal(client, challenged)).toMatchObject({
    code: 'CHALLENGE_NOT_ISSUED',
    entry: 'evidence/challenge.json',
  });
  const anchored = await captured(client, { anchor: (digest) => there.anchor(digest) });
  const id = await client.upload(anchored);
  await client.waitFor(id, 'sealed');
  expect((await receiptOf(client, id)).receipt.defects).toEqual(['anchor-not-ours']);
  await other.close();
});

test('a bundle of an unknown device is refused', async () => {
  const foreign = await buildTestBundle();
  const disguised = { bytes: foreign.bytes, captureId: `CAP-${client.device.id}-900` };
  expect(await refusal(client, disguised)).toMatchObject({ code: 'DEVICE_UNKNOWN' });
});

test('the same capture wrapped again is a duplicate; another one under its number suspends the device', async () => {
  const forking = await pairedClient();
  const early = await buildTestBundle({ device: forking.device, sequence: 7 });
  const first = await captured(forking, { sequence: 1 });
  const id = await forking.upload(first);
  await forking.waitFor(id, 'sealed');

  const zip = await JSZip.loadAsync(first.bytes);
  const entries = await Promise.all(
    Object.values(zip.files).map(async (file) => ({
      path: file.name,
      bytes: await file.async('uint8array'),
    })),
  );
  const wrapped = { ...first, bytes: await packBundle(entries, new Date(0)) };
  expect(await refusal(forking, wrapped)).toMatchObject({ code: 'CAPTURE_ALREADY_ACCEPTED', entry: id });

  // As after restoring the browser profile from a copy: the journal goes on from an earlier entry.
  const { journal } = forking.device;
  const closing = journal.length;
  journal.splice(1);
  while (journal.length < closing + 5) forking.device.append('cut-found', {});
  const again = await buildTestBundle({ device: forking.device, sequence: 1 });
  expect(await refusal(forking, again)).toMatchObject({ code: 'SEQUENCE_FORK', entry: id });
  await expect(forking.anchor(sha256Hex(toUtf8('x')))).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
  // What it had captured before is kept, by another way in, and marked.
  const row = { ...early, captureId: `CAP-${client.device.id}-901` };
  const marked = await client.upload(row);
  client.token = await adminToken();
  await client.waitFor(marked, 'sealed');
  expect((await receiptOf(client, marked)).receipt.defects).toContain('device-suspended');
  await client.signIn();
});

test('a journal that says two things under one number is refused and suspends the device', async () => {
  const forking = await pairedClient();
  await forking.waitFor(await forking.upload(await captured(forking)), 'sealed');
  forking.device.journal.splice(1);
  const forked = await buildTestBundle({ device: forking.device });
  expect(await refusal(forking, forked)).toMatchObject({
    code: 'JOURNAL_FORK',
    entry: 'evidence/journal.jsonl',
  });
  await expect(forking.anchor(sha256Hex(toUtf8('x')))).rejects.toMatchObject({ code: 'DEVICE_SUSPENDED' });
});

test('a bundle the service cannot seal now waits with its reason and is sealed later', async () => {
  const bundle = await captured(client);
  await service.close();
  let broken = true;
  const [first, ...rest] = sealSteps;
  const failing = {
    ...first!,
    run: async (work: Parameters<NonNullable<typeof first>['run']>[0]) => {
      if (broken) throw new Error('token removed');
      await first!.run(work);
    },
  };
  service = await createService({ ...options(), sealSteps: [failing, ...rest] });
  ({ url } = await service.listen());
  const later = createDeviceClient(url, client.device);
  await later.signIn();
  const id = await later.upload(bundle);
  await later.waitFor(id, 'waiting');
  expect((await later.json<{ packages: PackageAnswer[] }>('/packages?limit=1')).packages[0]?.state).toBe(
    'waiting',
  );
  broken = false;
  await later.waitFor(id, 'sealed');
  client = later;
});

test('a data directory belongs to one service', async () => {
  await expect(createService(options())).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
});

test('a port asked for and taken is an error; the default one gives way', async () => {
  const blocker = createServer();
  const port = await new Promise<number>((resolve) => {
    blocker.listen(0, '127.0.0.1', () => {
      const address = blocker.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const dir = await mkdtemp(join(tmpdir(), 'service-port-'));
  const second = await createService({ ...options(), dataDir: dir, port });
  await expect(second.listen()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await second.close();
  blocker.close();
  await writeFile(join(dir, 'kept'), '');
  await rm(dir, { recursive: true });
});
