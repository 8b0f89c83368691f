import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PackageAnswer } from '#shared/api/schemas';
import { bytesSource } from '#shared/lib/bytes-source';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { parseTlogProof } from '#shared/log/tlog-proof';
import { packagePath } from '#shared/seal/layout';
import { parseTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { openLog } from '../../server/log/open-log.ts';
import type { WitnessError } from '../../server/log/witness-error.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../fixtures/device-client.ts';
import { PackageDraft } from '../fixtures/package-draft.ts';
import { createTestDevice } from '../fixtures/test-device.ts';
import { type RunningService, startService } from './start-service.ts';
import { type RunningWitness, startWitness } from './start-witness.ts';

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));
const names = ['notary.example/w1', 'court.example/w2'] as const;
const device = createTestDevice(Date.now());

let root = '';
let logKey = '';
let service: RunningService;
let client: DeviceClient;
let witnesses: [RunningWitness, RunningWitness];

const dataDir = () => join(root, 'data');
const logDir = () => join(dataDir(), 'service', 'log');
const withWitness = (n: 0 | 1, port?: number) =>
  startWitness({
    data: join(root, `witness-${n}`),
    logKey,
    name: names[n],
    ...(port === undefined ? {} : { port }),
  });

/** Starts the service again, with this many cosignatures demanded of the two witnesses. */
async function restart(threshold: number): Promise<void> {
  await service.stop();
  const log = { witnesses: witnesses.map(({ url, vkey }) => ({ url, vkey })), threshold };
  await writeFile(join(dataDir(), 'config.json'), JSON.stringify({ log }));
  service = await startService({ dataDir: dataDir() });
  client = createDeviceClient(service.url, device);
  await client.signIn();
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'witnesses-'));
  service = await startService({ dataDir: dataDir() });
  const trust = parseTrustFile(await (await fetch(new URL('/trust', service.url))).text());
  logKey = trust.logKeys[0] ?? '';
  client = createDeviceClient(service.url, device);
  await client.pair(await service.pairingCode());
  witnesses = [await withWitness(0), await withWitness(1)];
  await restart(1);
});
afterAll(async () => {
  await service.stop();
  await Promise.all(witnesses.map((witness) => witness.stop()));
  await rm(root, { recursive: true });
});

const captured = () =>
  buildTestBundle({
    device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
  });

async function sealed(): Promise<Uint8Array> {
  const id = await client.upload(await captured());
  const { state, refusal, waiting } = await client.waitFor(id, 'sealed', 'refused', 'waiting');
  expect({ state, refusal, waiting }).toEqual({ state: 'sealed', refusal: null, waiting: null });
  return fetchPackage(id);
}

async function fetchPackage(id: string): Promise<Uint8Array> {
  return new Uint8Array(await (await client.send(`/api/v1/packages/${id}/package`)).arrayBuffer());
}

/** The published trust file, under a policy of the reader. */
async function anchorsDemanding(count: number): Promise<TrustAnchors> {
  const published = await (await client.send('/trust')).text();
  return parseTrustFile(`${published}policy witnesses ${count}\n`);
}

async function judged(bytes: Uint8Array, anchors: TrustAnchors) {
  const { verdict, checks, facts } = await verifyPackage(bytesSource(bytes), nodePorts, { anchors });
  const faults = checks.filter(({ status }) => status === 'fail').map(({ id, code }) => `${id} ${code}`);
  return { verdict, faults, witnesses: facts.witnesses };
}

async function monitor(...more: string[]): Promise<{ code: number; output: string }> {
  const args = ['monitor', '--log', `${service.url}/api/v1/log`, '--log-vkey', logKey, ...more];
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

const size = async () => Number((await (await client.send('/api/v1/log/checkpoint')).text()).split('\n')[1]);

let good: Uint8Array;

test('a package that two witnesses cosigned satisfies a policy that demands two', async () => {
  good = await sealed();
  const draft = await PackageDraft.of(good);
  for (const [index, { vkey }] of witnesses.entries())
    expect(draft.get(packagePath.witnessKey(index + 1))).toEqual(toUtf8(`${vkey}\n`));
  expect(await judged(good, await anchorsDemanding(2))).toEqual({
    verdict: 'valid',
    faults: [],
    witnesses: [...names],
  });
  expect((await judged(good, await anchorsDemanding(3))).faults).toEqual(['witnesses TOO_FEW_WITNESSES']);
});

test('the certificate names the witnesses', async () => {
  const pdf = join(root, 'certificate.pdf');
  await writeFile(pdf, (await PackageDraft.of(good)).get(packagePath.certificate));
  const { stdout, error } = spawnSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
  if (error !== undefined) return console.warn('SKIPPED: pdftotext is not installed');
  for (const name of names) expect(stdout).toContain(name);
  expect(stdout).not.toContain('可分叉');
});

test('what a package says of policy and witnesses is ignored', async () => {
  const strangers = await Promise.all(
    [0, 1].map((n) => startWitness({ data: join(root, `stranger-${n}`), logKey, name: `s.example/${n}` })),
  );
  await Promise.all(strangers.map((stranger) => stranger.stop()));
  const published = (await (await client.send('/trust')).text()).replaceAll(/^witness .*\n/gm, '');
  const keys = strangers.map(({ vkey }) => `witness ${vkey}\n`).join('');
  // Two witnesses in its own trust/ have cosigned, but not those the reader knows.
  const anchors = parseTrustFile(`${published}${keys}policy witnesses 1\n`);
  expect((await judged(good, anchors)).faults).toEqual(['witnesses TOO_FEW_WITNESSES']);

  const none = (await PackageDraft.of(good)).set(packagePath.logKey, `${logKey}\npolicy witnesses 0\n`);
  expect((await judged(none.pack(), anchors)).verdict).toBe('invalid');
  const extra = (await PackageDraft.of(good)).set('trust/policy.txt', 'policy witnesses 0\n');
  expect((await judged(extra.pack(), anchors)).faults[0]).toBe('layout ENTRY_NOT_ALLOWED');
});

test('monitor re-reads the log over HTTP and finds all five leaves, cosigned by both', async () => {
  const keys = witnesses.flatMap(({ vkey }) => ['--witness-vkey', vkey]);
  const { code, output } = await monitor(...keys, '--threshold', '2', '--json');
  expect({ code, output }).toMatchObject({ code: 0 });
  const { entries, cosigners } = JSON.parse(output) as {
    entries: Record<string, number>;
    cosigners: { name: string }[];
  };
  expect(entries).toEqual({
    'evidence-pairing/v1': 1,
    'evidence-challenge/v1': 1,
    'evidence-anchor/v1': 1,
    'evidence-receipt/v1': 1,
    'evidence-seal/v1': 1,
  });
  expect(cosigners.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test('witnesses refuse the fork of a log they saw further', async () => {
  const failures: WitnessError[] = [];
  await service.stop();
  const copy = join(root, 'forked-log');
  await cp(logDir(), copy, { recursive: true, preserveTimestamps: true });
  await rm(join(copy, 'writer.lock'), { force: true });
  const config = JSON.parse(await readFile(join(dataDir(), 'config.json'), 'utf8')) as {
    log: { witnesses: { url: string; vkey: string }[] };
  };
  service = await startService({ dataDir: dataDir() });
  client = createDeviceClient(service.url, device);
  await client.signIn();
  const before = await size();
  await client.anchor('ab'.repeat(32));
  expect(await size()).toBe(before + 1);

  const [origin = ''] = logKey.split('+');
  const fork = await openLog(copy, {
    origin,
    now: () => new Date(),
    witnesses: config.log.witnesses,
    threshold: 1,
    patienceMs: 100,
    onWitnessFailure: (error) => failures.push(error),
  });
  await expect(fork.append(toUtf8('another history\n'))).rejects.toMatchObject({
    code: 'WITNESSES_UNAVAILABLE',
    entry: String(before),
  });
  await fork.close();
  expect(failures.map(({ code, entry }) => `${entry} ${code}`).sort()).toEqual(
    [...names].map((name) => `${name} WITNESS_REFUSED`).sort(),
  );
  expect((await readdir(join(root, 'witness-0', 'refused'))).length).toBeGreaterThan(0);
  expect((await monitor()).code).toBe(0);
});

test('with one witness down a package is sealed where one is enough, and fails the policy of two', async () => {
  await witnesses[1].stop();
  const bytes = await sealed();
  expect(await judged(bytes, await anchorsDemanding(1))).toEqual({
    verdict: 'valid',
    faults: [],
    witnesses: [names[0]],
  });
  expect(await judged(bytes, await anchorsDemanding(2))).toMatchObject({
    verdict: 'invalid',
    faults: ['witnesses TOO_FEW_WITNESSES'],
  });
});

test('where two are demanded the package waits, and is sealed by itself when the witness is back', async () => {
  await witnesses[1].stop();
  const port = Number(new URL(witnesses[1].url).port);
  witnesses[1] = await withWitness(1, port);
  await restart(2);
  const bundle = await captured();
  const before = await size();
  await witnesses[1].stop();

  const id = await client.upload(bundle);
  const { waiting } = await client.waitFor(id, 'waiting');
  expect(waiting).toMatchObject({ code: 'WITNESSES_UNAVAILABLE', entry: String(before) });
  await expect(client.anchor('cd'.repeat(32))).rejects.toMatchObject({
    status: 503,
    code: 'WITNESSES_UNAVAILABLE',
  });
  expect(await size()).toBe(before);

  witnesses[1] = await withWitness(1, port);
  const seen: PackageAnswer = await client.waitFor(id, 'sealed', 'refused');
  expect(seen).toMatchObject({ state: 'sealed', waiting: null });
  // The same digest again is answered with a proof of the leaf that was in the log already.
  const { proof } = await client.anchor('cd'.repeat(32) as Sha256);
  expect(Number(parseTlogProof(proof).index)).toBe(before + 1);
  expect(await size()).toBe(before + 3);
  expect(await judged(await fetchPackage(id), await anchorsDemanding(2))).toMatchObject({
    verdict: 'valid',
    witnesses: [...names],
  });
});

test('a log that contradicts itself stops the service, which recovers when the cause is gone', async () => {
  const next = (await size()) + 1;
  const stray = join(logDir(), 'public', 'tile', 'entries', '000.p', String(next));
  await writeFile(stray, 'not ours');
  await expect(client.anchor('ef'.repeat(32))).rejects.toMatchObject({ status: 503, code: 'LOG_FAILED' });
  expect(await service.exited).toBe(1);
  expect(service.log()).toMatch(/✗ LOG_CONFLICT: the transparency log has stopped.*透明日志已停止/);
  await expect(startService({ dataDir: dataDir() })).rejects.toThrow(/ended with 1\n.*LOG_CONFLICT/s);
  await rm(stray);
  service = await startService({ dataDir: dataDir() });
  client = createDeviceClient(service.url, device);
  await client.signIn();
  // What the stopped service had staged is published when the witnesses have cosigned it.
  await expect.poll(size).toBe(next);
  expect((await monitor()).code).toBe(0);
});
