import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toPem } from '#shared/pki/pem';
import { issue, type TestIdentity } from '../../test/fixtures/issue-certificate.ts';
import { readConfig } from '../config.ts';
import { hostLooker } from './look-at-host.ts';
import { startNameServer, type TestNameServer } from './testing/name-server.ts';

let identity: TestIdentity;
let site: Server;
let names: TestNameServer;
let port = 0;
/** Connections the site has had. */
let connections = 0;
const zone = new Map<string, readonly string[]>();
const asIs = (timeoutMs = 2000) => ({ timeoutMs });
/** Production's look but for where names are asked. */
const look = (host: string) =>
  hostLooker({ nameServers: [names.address] })(new URL(`https://${host}:${port}/a`), asIs());
/** As above, and 127.0.0.1 is let through. */
const lookHere = (host: string, timeoutMs?: number) =>
  hostLooker({ nameServers: [names.address], allowedAddresses: new Set(['127.0.0.1']) })(
    new URL(`https://${host}:${port}/a`),
    asIs(timeoutMs),
  );

beforeAll(async () => {
  identity = await issue('shop.example');
  const key = identity.privateKey.export({ type: 'pkcs8', format: 'pem' });
  site = createServer({ key, cert: toPem('CERTIFICATE', identity.certificate) }, (socket) => {
    socket.on('error', () => undefined);
    // A redirect to where nobody may go: nothing was asked, so nothing is read.
    socket.end('HTTP/1.1 302 Found\r\nlocation: https://169.254.169.254/\r\n\r\n');
  });
  site.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  ({ port } = site.address() as AddressInfo);
  names = await startNameServer((name) => zone.get(name) ?? []);
});
afterAll(() => {
  site.close();
  names.close();
});

test('one connection, the leaf and every address of the name', async () => {
  zone.set('shop.example', ['127.0.0.1']);
  const before = connections;
  const view = await lookHere('shop.example');
  expect(view).toEqual({
    host: 'shop.example',
    port,
    addresses: ['127.0.0.1'],
    address: '127.0.0.1',
    certificate: identity.certificate,
  });
  expect(connections - before).toBe(1);
});

test.each([
  ['private.example', '10.1.2.3'],
  ['private172.example', '172.20.0.1'],
  ['private192.example', '192.168.0.1'],
  ['loopback.example', '127.0.0.1'],
  ['loopback6.example', '::1'],
  ['link.example', '169.254.3.4'],
  ['link6.example', 'fe80::1'],
  ['multicast.example', '224.0.0.251'],
  ['multicast6.example', 'ff02::fb'],
  ['nat.example', '100.64.9.9'],
  ['mapped.example', '::ffff:127.0.0.1'],
  ['nat64.example', '64:ff9b::7f00:1'],
  ['metadata.example', '169.254.169.254'],
  ['metadata6.example', 'fd00:ec2::254'],
  ['local6.example', 'fd00::1'],
  ['zero.example', '0.0.0.0'],
  ['broadcast.example', '255.255.255.255'],
])('%s, which is %s, is refused before any connection', async (host, address) => {
  zone.set(host, [address]);
  const before = connections;
  await expect(look(host)).rejects.toMatchObject({ code: 'SECOND_LOOK_ADDRESS_REFUSED', entry: address });
  expect(connections).toBe(before);
});

test('one address that is not public is enough to refuse', async () => {
  zone.set('mixed.example', ['1.1.1.1', '127.0.0.1']);
  await expect(look('mixed.example')).rejects.toMatchObject({
    code: 'SECOND_LOOK_ADDRESS_REFUSED',
    entry: '127.0.0.1',
  });
});

test.each(['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '017700000001', '[::ffff:7f00:1]', '192.168.1.1'])(
  'the address %s in the URL itself is refused',
  async (host) => {
    const asked = names.asked();
    await expect(look(host)).rejects.toMatchObject({ code: 'SECOND_LOOK_ADDRESS_REFUSED' });
    expect(names.asked()).toBe(asked);
  },
);

test('the list of hosts of this machine does not count', async () => {
  await expect(look('localhost')).rejects.toMatchObject({ code: 'SECOND_LOOK_HOST_UNKNOWN' });
});

test('a name that is rebound between judging and connecting gains nothing: it is not asked again', async () => {
  let questions = 0;
  const rebinding = await startNameServer(() => (questions++ < 2 ? ['127.0.0.1'] : ['10.0.0.1']));
  const before = connections;
  const view = await hostLooker({
    nameServers: [rebinding.address],
    allowedAddresses: new Set(['127.0.0.1']),
  })(new URL(`https://rebound.example:${port}/`), asIs());
  rebinding.close();
  expect(view.address).toBe('127.0.0.1');
  expect(connections - before).toBe(1);
  // A and AAAA, once each.
  expect(questions).toBe(2);
});

test('a host without a name, without TLS, or that says nothing', async () => {
  await expect(look('unknown.example')).rejects.toMatchObject({ code: 'SECOND_LOOK_HOST_UNKNOWN' });
  await expect(hostLooker()(new URL('http://shop.example/'), asIs())).rejects.toMatchObject({
    code: 'SECOND_LOOK_NO_TLS',
  });
  const silent = createTcpServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port: silentPort } = silent.address() as AddressInfo;
  const parts = { nameServers: [names.address], allowedAddresses: new Set(['127.0.0.1']) };
  await expect(
    hostLooker(parts)(new URL(`https://shop.example:${silentPort}/`), asIs(300)),
  ).rejects.toMatchObject({ code: 'SECOND_LOOK_UNREACHABLE', entry: '127.0.0.1' });
  silent.close();
});

test('no setting lets an address through or names a resolver', () => {
  for (const member of ['allowedAddresses', 'allow', 'nameServers'])
    expect(() =>
      readConfig([], { TIEZHENG_SECOND_LOOK: JSON.stringify({ [member]: ['127.0.0.1'] }) }),
    ).toThrow(expect.objectContaining({ code: 'VALUE_MALFORMED' }));
});
