import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { createDeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp } from './testing/open-test-app.ts';
import { addUser, browserOf } from './testing/people.ts';

test('logs tell what was asked and what failed, and nothing of whom or of what', async () => {
  let log = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const service = await openTestApp({ logger: { level: 'trace', base: null, stream } });
  const url = await service.listen();
  const client = createDeviceClient(url);
  await client.pair(await service.pairingCode(), { name: '王警官的电脑' });
  await client.signIn();
  const user = await addUser(service, 'investigator');
  const officer = await browserOf(service, user);
  const page = 'https://victim-shop.example/item?buyer=13800000000';
  await officer.send('POST', '/cases', { number: '沪案〔2026〕7号', title: '张三假冒案' });
  await officer.send('GET', `/cases?number=${encodeURIComponent('沪案〔2026〕7号')}`);
  await officer.send('GET', `/packages?url=${encodeURIComponent(page)}`, undefined, {
    'x-forwarded-for': '198.51.100.77',
    'user-agent': 'Secret-Agent/1',
  });
  await client.upload(await buildTestBundle({ device: client.device, url: page, title: '张三的店' }));
  await service.app.inject({
    method: 'POST',
    url: '/api/v1/sign-in',
    payload: { name: user.name, password: 'wrong-password-of-wang' },
  });
  // A fault nobody foresaw is logged with its stack.
  await service.database.destroy();
  expect((await officer.send('GET', `/packages/${'EVD-SECRETSECRETSECR'}`)).statusCode).toBe(500);
  expect(log).toContain('request failed');
  await service.close().catch(() => undefined);

  expect(log).toContain('"route":"/api/v1/packages"');
  const secrets = [
    ...['王警官', '沪案', '张三', 'victim-shop', '13800000000', '198.51.100.77', 'Secret-Agent'],
    ...[user.name, user.id, client.token, officer.csrf, service.adminToken, 'wrong-password-of-wang'],
    ...[client.device.id, encodeURIComponent('沪案'), 'SECRETSECRET'],
  ];
  // Where it listens is its own address, no client's.
  const [listening = '', ...lines] = log.split('\n');
  expect(listening).toContain('Server listening');
  expect(lines.join('\n')).not.toContain('127.0.0.1');
  for (const secret of secrets) expect(log, secret).not.toContain(secret);
});
