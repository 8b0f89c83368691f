import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { toBase64 } from '#shared/lib/base64';
import type { Json } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { toPem } from '#shared/pki/pem';
import { verifyPackage } from '#shared/verify/verify-package';
import type { SecondLookFile } from '#shared/witness/second-look-file';
import { buildTestBundle, type TestBundleOptions } from '../../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { issue, type TestIdentity } from '../../test/fixtures/issue-certificate.ts';
import { processPackage } from '../intake/process-package.ts';
import type { Sealer } from '../intake/seal-input.ts';
import { openFileSource } from '../store/file-source.ts';
import { nodePorts } from '../store/node-ports.ts';
import { secondLooksBeside } from '../verify-beside.ts';
import { hostLooker } from '../witness/look-at-host.ts';
import { startNameServer, type TestNameServer } from '../witness/testing/name-server.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addUser, type Browser, browserOf } from './testing/people.ts';
import { testSealer } from './testing/test-sealer.ts';

// Several packages are sealed.
vi.setConfig({ testTimeout: 120_000 });

let service: TestApp;
let site: Server;
let names: TestNameServer;
let identity: TestIdentity;
let officer: Browser;
let url = '';
let page = '';
let chains = new Uint8Array();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'second-looks-'));
  identity = await issue('shop.example');
  const key = identity.privateKey.export({ type: 'pkcs8', format: 'pem' });
  site = createServer({ key, cert: toPem('CERTIFICATE', identity.certificate) }, (socket) => {
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  page = `https://shop.example:${(site.address() as AddressInfo).port}/item?id=1`;
  names = await startNameServer((name) => (name === 'shop.example' ? ['127.0.0.1'] : ['10.0.0.1']));
  const lookAtHost = hostLooker({
    nameServers: [names.address],
    allowedAddresses: new Set(['127.0.0.1']),
  });
  service = await openTestApp({ lookAtHost });
  url = await service.listen();
  officer = await browserOf(service, await addUser(service, 'investigator'));
  chains = canonicalFile({
    version: 1,
    judgedAt: Date.now(),
    roots: 'test',
    origins: [
      {
        origin: new URL(page).origin,
        chain: [toBase64(identity.certificate)],
        verdict: 'private-root',
        detail: '',
      },
    ],
    responses: [],
  });
});
afterAll(async () => {
  await service.close();
  site.close();
  names.close();
  await rm(folder, { recursive: true });
});

const sealer = (): Sealer => testSealer(service);

async function newDevice(user: string | null = null): Promise<DeviceClient> {
  const client = createDeviceClient(url);
  await client.pair(await service.pairingCode());
  await client.signIn();
  if (user !== null)
    await service.database.updateTable('devices').set({ user }).where('id', '=', client.device.id).execute();
  return client;
}

/** Uploads a capture and has it judged; sealed only when asked. */
async function captured(client: DeviceClient, options: TestBundleOptions, sealed: boolean): Promise<string> {
  const bundle = await buildTestBundle({ device: client.device, url: page, ...options });
  const id = await client.upload(bundle);
  if (sealed) await processPackage(service.intake, sealer(), id);
  else {
    // Accepted, but its receipt cannot be signed yet.
    const signer = { ...service.intake.signer, sign: () => Promise.reject(new Error('the token is out')) };
    await expect(processPackage({ ...service.intake, signer }, sealer(), id)).rejects.toThrow(
      'the token is out',
    );
  }
  return id;
}

const take = (id: string, kind: string, by = officer) =>
  by.send('POST', `/packages/${id}/second-looks`, { kind });
const pathOf = (id: string) => join(service.intake.folders.packages, id, `${id}.asice`);

async function reportOf(id: string, beside?: { name: string; bytes: Uint8Array }[]) {
  const source = await openFileSource(pathOf(id));
  try {
    return await verifyPackage(source, nodePorts, beside === undefined ? {} : { beside });
  } finally {
    await source.close();
  }
}

test('a look at the host before the seal goes into the package, and the verifier holds it', async () => {
  const id = await captured(await newDevice(), { tlsChains: chains, url: `${page}&first` }, false);
  const answer = await take(id, 'connection');
  expect(answer.statusCode).toBe(201);
  const { file, inPackage } = answer.json<{ file: SecondLookFile; inPackage: boolean }>();
  expect(inPackage).toBe(true);
  expect(file.look).toMatchObject({
    kind: 'connection',
    package: id,
    host: 'shop.example',
    addresses: ['127.0.0.1'],
    verdicts: { certificate: 'same' },
  });
  await processPackage(service.intake, sealer(), id);
  const { checks } = await reportOf(id);
  expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(checks.find((check) => check.id === 'second-look')).toMatchObject({ status: 'pass' });
  const list = await officer.send('GET', `/packages/${id}/second-looks`);
  expect(list.json()).toEqual({ secondLooks: [{ file, inPackage: true }] });
});

test("another officer's capture within five minutes is compared; after the seal it stands beside", async () => {
  const first = await captured(
    await newDevice('user-1'),
    { visibleText: '旗舰店\n¥ 1,299.00\n', title: '旗舰店' },
    true,
  );
  expect((await take(first, 'capture')).json()).toMatchObject({
    error: { code: 'SECOND_LOOK_NO_SECOND' },
  });
  // The same officer with a second device is no second officer.
  await captured(await newDevice('user-1'), { visibleText: '旗舰店\n¥ 1,299.00\n' }, true);
  expect((await take(first, 'capture')).statusCode).toBe(409);
  const second = await captured(
    await newDevice('user-2'),
    { visibleText: '旗舰店\n¥ 1,199.00\n', title: '旗舰店' },
    true,
  );
  const { file, inPackage } = (await take(first, 'capture')).json<{
    file: SecondLookFile;
    inPackage: boolean;
  }>();
  expect(inPackage).toBe(false);
  expect(file.look).toMatchObject({
    kind: 'capture',
    package: first,
    second: { package: second },
    officers: 'different',
    title: { verdict: 'same' },
    text: { verdict: 'different', onlyFirst: { lines: ['¥ 1,299.00'] } },
    prices: { verdict: 'different', first: ['1299.00'], second: ['1199.00'] },
  });

  const download = await officer.send('GET', `/packages/${first}/second-looks/1`);
  expect(download.headers['content-disposition']).toBe(`attachment; filename="${first}.second-look-1.json"`);
  const bytes = new Uint8Array(download.rawPayload);
  const name = `${first}.second-look-1.json`;
  const good = await reportOf(first, [{ name, bytes }]);
  expect(good.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(good.checks.find(({ id }) => id === 'second-look-beside')).toMatchObject({ status: 'pass' });
  expect(good.checks.find(({ id }) => id === 'second-look')).toBeUndefined();

  const failing = async (of: string, altered: Uint8Array) =>
    (await reportOf(of, [{ name, bytes: altered }])).checks.find(({ id }) => id === 'second-look-beside');
  expect(await failing(second, bytes)).toMatchObject({ status: 'fail', code: 'STATEMENT_MISMATCH' });
  const { look } = file;
  const other = look.kind === 'capture' ? { ...look, prices: { ...look.prices, second: ['1.00'] } } : look;
  expect(await failing(first, canonicalFile({ ...file, look: other } as Json))).toMatchObject({
    status: 'fail',
    code: 'SIGNATURE_INVALID',
    entry: name,
  });
  expect(await failing(first, toUtf8('{}'))).toMatchObject({ status: 'fail', code: 'FILE_MALFORMED' });

  await writeFile(join(folder, `${first}.asice`), await readFile(pathOf(first)));
  await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, `${first}.second-look-x.json`), 'other');
  expect(await secondLooksBeside(join(folder, `${first}.asice`))).toEqual([{ name, bytes }]);
});

test('what cannot be looked at is refused with its reason, and nothing is stated', async () => {
  const client = await newDevice();
  const inside = await captured(client, { url: 'https://intranet.example/a' }, true);
  const refused = await take(inside, 'connection');
  expect(refused.statusCode).toBe(403);
  expect(refused.json()).toMatchObject({ error: { code: 'SECOND_LOOK_ADDRESS_REFUSED', entry: '10.0.0.1' } });
  const plain = await captured(client, { url: 'http://shop.example/' }, true);
  expect((await take(plain, 'connection')).json()).toMatchObject({ error: { code: 'SECOND_LOOK_NO_TLS' } });
  expect((await take(plain, 'else')).statusCode).toBe(400);
  const junk = { bytes: toUtf8('no zip'), captureId: `CAP-${client.device.id}-77` };
  expect((await take(await client.upload(junk), 'connection')).json()).toMatchObject({
    error: { code: 'SECOND_LOOK_NOT_YET' },
  });
  expect((await officer.send('GET', `/packages/${inside}/second-looks`)).json()).toEqual({ secondLooks: [] });
  expect((await officer.send('GET', `/packages/${inside}/second-looks/1`)).statusCode).toBe(404);
});

test('off, as it is by default, nothing is connected to', async () => {
  const quiet = await openTestApp();
  const client = createDeviceClient(await quiet.listen());
  await client.pair(await quiet.pairingCode());
  await client.signIn();
  const id = await client.upload(await buildTestBundle({ device: client.device, url: page }));
  const asked = names.asked();
  const answer = await take(id, 'connection', await browserOf(quiet, await addUser(quiet, 'investigator')));
  expect(answer.json()).toMatchObject({ error: { code: 'SECOND_LOOK_OFF' } });
  expect(names.asked()).toBe(asked);
  await quiet.close();
});
