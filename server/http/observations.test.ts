import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDigest } from '#shared/environment/build-digest';
import type { NameResolution } from '#shared/environment/name-resolution';
import type { Observation } from '#shared/environment/observation';
import type { SignedStatement } from '#shared/environment/signed-statement';
import { canonicalJson } from '#shared/lib/canonical-json';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCertificate } from '#shared/pki/certificate';
import { verifyChain } from '#shared/pki/verify-chain';
import { verifySignedText } from '#shared/pki/verify-signed-text';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { type DnsServer, startDnsServer } from '../../test/fixtures/dns-server.ts';
import { openKnownBuilds } from '../intake/known-builds.ts';
import { nameResolver } from '../intake/resolve-names.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';

const files = [{ path: 'background.js', sha256: sha256Hex(toUtf8('code')) }];
const manifest = { version: 1, name: '0.1.0 test', sha256: buildDigest(files), files };
let folder = '';
let dns: DnsServer;
let service: TestApp;
let client: DeviceClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'observations-'));
  await writeFile(join(folder, 'build.json'), JSON.stringify(manifest));
  dns = await startDnsServer({ 'shop.example': ['192.0.2.7', '192.0.2.6'] });
  service = await openTestApp({
    knownBuilds: await openKnownBuilds([join(folder, 'build.json')]),
    names: [nameResolver(dns.address)],
    trustedProxies: ['127.0.0.1'],
  });
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
});
afterAll(async () => {
  dns.close();
  await service.close();
  await rm(folder, { recursive: true });
});

const nonce = () => randomBytes(32).toString('hex') as Sha256;
const observe = (body: object) => client.json<Observation>('/observations', body);

async function requireOurs({ statement, signature, certificate }: SignedStatement): Promise<void> {
  const data = toUtf8(canonicalJson({ ...statement }));
  const { signer, intermediates } = await verifySignedText(nodePorts, { data, signature, certificate });
  const root = parseCertificate(service.trust.signer.chain.at(-1)!);
  await verifyChain(nodePorts, signer, intermediates, [root], Date.now());
}

test('says its own time and the address asked from, signed under its root and bound to the nonce', async () => {
  service.clock.ahead = 90_000;
  const asked = nonce();
  const answer = await observe({ nonce: asked });
  service.clock.ahead = 0;
  await requireOurs(answer);
  expect(answer.statement).toMatchObject({
    device: client.device.id,
    nonce: asked,
    address: '127.0.0.1',
    build: null,
  });
  expect(Date.parse(answer.statement.at) - Date.now()).toBeGreaterThan(60_000);
  const altered = { ...answer, statement: { ...answer.statement, address: '192.0.2.1' } };
  await expect(requireOurs(altered)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});

test('takes the word of a trusted proxy on the address, and of nobody else', async () => {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9, 198.51.100.4' };
  const ask = async (one: TestApp, token: string) =>
    one.app.inject({
      ...{ method: 'POST', url: '/api/v1/observations', payload: { nonce: nonce() } },
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
  expect((await ask(service, client.token)).json().statement.address).toBe('198.51.100.4');
  const direct = await openTestApp();
  const other = createDeviceClient(await direct.listen());
  await other.pair(await direct.pairingCode());
  await other.signIn();
  expect((await ask(direct, other.token)).json().statement.address).toBe('127.0.0.1');
  await direct.close();
});

test('knows builds by their digest, the next one too once its manifest is there', async () => {
  const build = async (sha256: string) => (await observe({ nonce: nonce(), build: sha256 })).statement.build;
  expect(await build(manifest.sha256)).toEqual({ sha256: manifest.sha256, name: '0.1.0 test' });
  const other = sha256Hex(toUtf8('other'));
  expect(await build(other)).toEqual({ sha256: other, name: null });
  const next = [{ path: 'background.js', sha256: other }];
  await writeFile(join(folder, 'build.json'), '{');
  expect((await build(manifest.sha256))?.name).toBe('0.1.0 test');
  await writeFile(
    join(folder, 'build.json'),
    JSON.stringify({ ...manifest, name: '0.2.0', files: next, sha256: buildDigest(next) }),
  );
  expect((await build(buildDigest(next)))?.name).toBe('0.2.0');
  expect((await build(manifest.sha256))?.name).toBeNull();
});

test('a manifest whose digest is not that of its files keeps the service from starting', async () => {
  const file = join(folder, 'wrong.json');
  await writeFile(file, JSON.stringify({ ...manifest, sha256: sha256Hex(toUtf8('wrong')) }));
  await expect(openKnownBuilds([file])).rejects.toMatchObject({
    code: 'BUILD_MANIFEST_MALFORMED',
    entry: file,
  });
  await expect(openKnownBuilds([join(folder, 'none.json')])).rejects.toMatchObject({
    code: 'BUILD_MANIFEST_MALFORMED',
  });
});

test('resolves names by the resolvers it was given, and signs what they answer', async () => {
  const asked = nonce();
  const answer = await client.json<NameResolution>('/name-resolutions', {
    nonce: asked,
    hosts: ['shop.example', 'unknown.example'],
  });
  await requireOurs(answer);
  expect(answer.statement).toMatchObject({ device: client.device.id, nonce: asked });
  expect(answer.statement.answers).toEqual([
    { host: 'shop.example', resolver: dns.address, addresses: ['192.0.2.6', '192.0.2.7'], error: null },
    { host: 'unknown.example', resolver: dns.address, addresses: [], error: 'ENOTFOUND' },
  ]);
});

test.each([['127.0.0.1'], ['Shop.example'], ['a..b'], ['http://shop.example/'], ['-'.repeat(300)]])(
  '%s is no name to resolve',
  async (host) => {
    const before = dns.asked.length;
    await expect(client.json('/name-resolutions', { nonce: nonce(), hosts: [host] })).rejects.toMatchObject({
      code: 'REQUEST_MALFORMED',
      status: 400,
    });
    expect(dns.asked).toHaveLength(before);
  },
);

test('without leave of the operator no name is resolved, and devices are told so beforehand', async () => {
  const closed = await openTestApp();
  const other = createDeviceClient(await closed.listen());
  await other.pair(await closed.pairingCode());
  await other.signIn();
  const { statement } = await other.json<Observation>('/observations', { nonce: nonce() });
  expect(statement.resolvesNames).toBe(false);
  await expect(
    other.json('/name-resolutions', { nonce: nonce(), hosts: ['shop.example'] }),
  ).rejects.toMatchObject({ code: 'NAMES_NOT_RESOLVED', status: 403 });
  await closed.close();
});

test('a device that asks without end is told to wait; others are not', async () => {
  const other = createDeviceClient(service.app.listeningOrigin);
  await other.pair(await service.pairingCode());
  await other.signIn();
  const ask = () => client.json('/name-resolutions', { nonce: nonce(), hosts: ['shop.example'] });
  const answers = await Promise.allSettled(Array.from({ length: 40 }, ask));
  const limited = answers.filter(({ status }) => status === 'rejected');
  expect(limited.length).toBeGreaterThanOrEqual(10);
  expect(limited[0]).toMatchObject({ reason: { code: 'RATE_LIMITED', status: 429 } });
  await other.json('/name-resolutions', { nonce: nonce(), hosts: ['shop.example'] });
});
