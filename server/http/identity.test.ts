import { createECDH, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '#shared/lib/base64';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseCertificate } from '#shared/pki/certificate';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';

let service: TestApp;
let url = '';
let client: DeviceClient;
beforeEach(async () => {
  service = await openTestApp();
  url = await service.listen();
  client = createDeviceClient(url);
});
afterEach(() => service.close());

const refused = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });
const wrong = (code: string) => (code === 'AAAAAAAA' ? 'BBBBBBBB' : 'AAAAAAAA');

test('pairs with the right code, once, and logs the key first', async () => {
  const code = await service.pairingCode();
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
  const answer = await client.pair(code);
  const { certificate, ...told } = answer;
  expect(told).toEqual({ device: client.device.id, service: '测试机构', trust: `${service.log.vkey}\n` });
  expect(parseCertificate(fromBase64(certificate)).publicKey).toEqual(client.device.publicKey);
  const leaf = leafBytes({ type: 'evidence-pairing/v1', publicKey: sha256Hex(client.device.publicKey) });
  const proof = await service.log.prove(0n);
  await verifyTlogProof(nodePorts, proof, leaf, { logKeys: [service.log.vkey] });
  await expect(client.pair(code)).rejects.toEqual(refused('PAIRING_CODE_USED', { status: 410 }));
  await expect(createDeviceClient(url).pair(code)).rejects.toEqual(refused('PAIRING_CODE_USED'));
});

test('counts wrong tries down, then the right code is void', async () => {
  const code = await service.pairingCode();
  for (const left of [4, 3, 2, 1, 0])
    await expect(client.pair(wrong(code))).rejects.toMatchObject({
      code: 'PAIRING_CODE_WRONG',
      message: expect.stringContaining(`tries left: ${left}`),
    });
  await expect(client.pair(code)).rejects.toEqual(refused('PAIRING_CODE_VOID'));
  await expect(client.pair(wrong(code))).rejects.toMatchObject({
    message: expect.stringContaining('tries left: 0'),
  });
  await client.pair(await service.pairingCode());
});

test('takes no more than five tries when they come at once', async () => {
  const code = await service.pairingCode();
  const guesses = ['22222222', '33333333', '44444444', '55555555', '66666666', '77777777', '88888888'];
  const outcomes = await Promise.allSettled(guesses.map((guess) => createDeviceClient(url).pair(guess)));
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  await expect(client.pair(code)).rejects.toEqual(refused('PAIRING_CODE_VOID'));
});

test('the same code at once pairs one device only', async () => {
  const code = await service.pairingCode();
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => createDeviceClient(url).pair(code)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a code ends after ten minutes', async () => {
  const code = await service.pairingCode();
  service.clock.ahead = 10 * 60_000;
  await expect(client.pair(code)).rejects.toEqual(refused('PAIRING_CODE_EXPIRED', { status: 410 }));
});

test('a signature over something else costs no try and tells nothing of the code', async () => {
  const code = await service.pairingCode();
  for (const guess of [code, wrong(code)])
    await expect(client.pair(guess, { signed: 'ZZZZZZZZ' })).rejects.toEqual(
      refused('DEVICE_SIGNATURE_WRONG', { entry: 'signature' }),
    );
  await client.pair(code);
});

test('refuses keys that are not canonical P-384 keys', async () => {
  const code = await service.pairingCode();
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  const spki = Buffer.from(client.device.publicKey);
  const ecdh = createECDH('secp384r1');
  ecdh.generateKeys();
  const header = Buffer.from('3046301006072a8648ce3d020106052b81040022033200', 'hex');
  const compressed = Buffer.concat([header, Buffer.from(ecdh.getPublicKey('hex', 'compressed'), 'hex')]);
  const keys = [
    p256.export({ type: 'spki', format: 'der' }),
    compressed,
    Buffer.concat([spki, Buffer.of(0)]),
    Buffer.concat([spki.subarray(0, -1), Buffer.of((spki.at(-1) ?? 0) ^ 1)]),
    Buffer.from('nonsense'),
  ];
  for (const key of keys) {
    const body = { code, publicKey: toBase64(key), name: 'x', signature: 'AAAA' };
    await expect(client.json('/pairing', body)).rejects.toEqual(refused('DEVICE_KEY_MALFORMED'));
  }
});

test('pairing codes need the administrator token', async () => {
  const ask = (authorization?: string) =>
    client.send('/api/v1/pairing-codes', {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
    });
  expect((await ask()).status).toBe(401);
  expect((await ask(`Bearer ${'0'.repeat(64)}`)).status).toBe(401);
  expect((await ask('Basic x')).status).toBe(401);
  expect((await ask(`Bearer ${service.adminToken}`)).status).toBe(200);
});

test('a session is opened with the device key, lasts an hour, and its nonce works once', async () => {
  await expect(client.signIn()).rejects.toEqual(refused('DEVICE_UNKNOWN', { status: 404 }));
  await client.pair(await service.pairingCode());
  await client.signIn();
  expect((await client.send('/api/v1/cases')).status).toBe(200);

  const id = client.device.id;
  const { nonce } = await client.json<{ nonce: string }>('/sessions/nonce', { device: id });
  const signature = toBase64(await client.device.sign(toUtf8(`tiezheng-session/v1\n${id}\n${nonce}\n`)));
  const request = { device: id, nonce, signature };
  const forged = { ...request, signature: toBase64(await createDeviceClient(url).device.sign(toUtf8('x'))) };
  await expect(client.json('/sessions', forged)).rejects.toEqual(refused('DEVICE_SIGNATURE_WRONG'));
  await expect(client.json('/sessions', request)).rejects.toEqual(refused('NONCE_UNKNOWN'));

  service.clock.ahead = 60 * 60_000;
  await expect(client.json('/cases')).rejects.toEqual(refused('SESSION_UNKNOWN', { status: 401 }));
  await client.signIn();
  await client.json('/cases');
});

test('a nonce ends after two minutes', async () => {
  await client.pair(await service.pairingCode());
  const id = client.device.id;
  const { nonce } = await client.json<{ nonce: string }>('/sessions/nonce', { device: id });
  const signature = toBase64(await client.device.sign(toUtf8(`tiezheng-session/v1\n${id}\n${nonce}\n`)));
  service.clock.ahead = 2 * 60_000;
  await expect(client.json('/sessions', { device: id, nonce, signature })).rejects.toEqual(
    refused('NONCE_UNKNOWN'),
  );
});

test('a suspended device reads but adds nothing', async () => {
  await client.pair(await service.pairingCode());
  await client.signIn();
  await service.intake.store.devices.suspend(client.device.id, 'fork', 1);
  await client.json('/cases');
  await expect(client.json('/cases', { number: '1', title: '' })).rejects.toEqual(
    refused('DEVICE_SUSPENDED', { status: 403 }),
  );
});

test('guessing is slowed down', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 40 }, () =>
      client.send('/api/v1/pairing', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      }),
    ),
  );
  const limited = statuses.filter(({ status }) => status === 429);
  expect(limited.length).toBe(10);
  expect(await limited[0]?.json()).toMatchObject({ error: { code: 'RATE_LIMITED' } });
});
