import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { openAccessAuthority } from './access-authority.ts';
import { ipBytes } from './ip-bytes.ts';

const DAY = 86_400_000;
let folder = '';
let ahead = 0;
const now = () => new Date(Date.now() + ahead);
const open = () => openAccessAuthority(folder, { organisation: '某市局', now });
beforeEach(async () => {
  ahead = 0;
  folder = await mkdtemp(join(tmpdir(), 'access-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a server certificate names hosts and addresses, for a year and a month at most, below the root', async () => {
  const authority = await open();
  const names = ['evidence.example', '10.0.0.5', '2001:db8::5'];
  const { certificate, key } = await authority.serverIdentity(names);
  const leaf = new X509Certificate(certificate);
  const root = new X509Certificate(authority.root);
  expect(leaf.subjectAltName).toBe(
    'DNS:evidence.example, IP Address:10.0.0.5, IP Address:2001:DB8:0:0:0:0:0:5',
  );
  expect(leaf.verify(root.publicKey)).toBe(true);
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(leaf.ca).toBe(false);
  expect(root.ca).toBe(true);
  const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / DAY;
  expect(days).toBeLessThanOrEqual(397);
  expect(key).toContain('PRIVATE KEY');
});

test('it stays while names are the same, and is issued anew for others, before it runs out, and after a kill', async () => {
  const first = await (await open()).serverIdentity(['a.example']);
  expect(await (await open()).serverIdentity(['a.example'])).toEqual(first);
  const second = await (await open()).serverIdentity(['a.example', 'b.example']);
  expect(second.certificate).not.toBe(first.certificate);
  ahead = 330 * DAY;
  expect(await (await open()).serverIdentity(['a.example', 'b.example'])).toEqual(second);
  ahead = 345 * DAY;
  const third = await (await open()).serverIdentity(['a.example', 'b.example']);
  expect(third.certificate).not.toBe(second.certificate);
  // Killed between key and certificate: they do not belong together.
  await writeFile(join(folder, 'trial', 'server.key'), second.key);
  const fourth = await (await open()).serverIdentity(['a.example', 'b.example']);
  expect(new X509Certificate(fourth.certificate).checkPrivateKey(createPrivateKey(fourth.key))).toBe(true);
  expect(fourth.certificate).not.toBe(third.certificate);
});

test('the root goes on over starts, and is replaced while what it issued still holds', async () => {
  const { root } = await open();
  expect((await open()).root).toBe(root);
  ahead = 3652 * DAY - 799 * DAY;
  const next = await open();
  expect(next.root).not.toBe(root);
  expect(await readdir(join(folder, 'trial'))).not.toContain('ca.key');
  expect(await readFile(join(folder, 'trial', 'ca.pem'), 'utf8')).toBe(root);
});

test('a device certificate is for its key, to authenticate as a client only', async () => {
  const authority = await open();
  const device = createTestDevice(1);
  const der = await authority.certifyDevice(device.id, device.publicKey);
  const certificate = new X509Certificate(der);
  expect(certificate.publicKey.export({ type: 'spki', format: 'der' })).toEqual(
    Buffer.from(device.publicKey),
  );
  expect(certificate.subject).toContain(`CN=Device ${device.id}`);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(authority.isDue(der)).toBe(false);
  ahead = 560 * DAY;
  expect(authority.isDue(der)).toBe(true);
  ahead = 0;
  await rm(folder, { recursive: true });
  expect((await open()).isDue(der)).toBe(true);
});

test.each([
  ['127.0.0.1', '7f000001'],
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::5', '20010db8000000000000000000000005'],
  ['::ffff:10.0.0.5', '00000000000000000000ffff0a000005'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['fe80::1%eth0', ''],
  ['evidence.example', ''],
])('octets of %s', (text, hex) => {
  expect(Buffer.from(ipBytes(text) ?? []).toString('hex')).toBe(hex);
});
