import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askLocal } from './ask-local.ts';
import { readConfig } from './config.ts';
import { createService } from './service.ts';
import { writeServiceFile } from './service-file.ts';
import { openAccessAuthority } from './trust/access-authority.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'https-'));
});
afterEach(() => rm(dir, { recursive: true }));

const now = () => new Date();
const fault = (error: { code?: string; message: string }) => error.code ?? error.message;

/** One request under a name, to this machine. */
function get(port: number, path: string, options: { ca?: string; servername?: string } = {}) {
  const { servername = 'evidence.example', ca } = options;
  return new Promise<{ status: number; cookies: string[] }>((resolve, reject) => {
    const trusted = ca === undefined ? {} : { ca };
    const headers = { host: `${servername}:${port}` };
    const request = requestHttps(
      { host: '127.0.0.1', port, path, servername, headers, ...trusted },
      (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, cookies: answer.headers['set-cookie'] ?? [] });
      },
    );
    request.on('error', reject);
    request.end();
  });
}

test('off loopback: https by a certificate of its own authority, and nothing else', async () => {
  const argv = ['--data', dir, '--host', '0.0.0.0', '--port', '0', '--hosts', 'evidence.example,10.9.9.9'];
  const service = await createService({ ...readConfig(argv, {}), now });
  try {
    const { port, url, tls } = await service.listen();
    expect(url).toBe(`https://evidence.example:${port}`);
    const ca = await readFile(join(dir, 'service', 'access-ca.pem'), 'utf8');
    expect((await get(port, '/health', { ca })).status).toBe(200);
    expect((await get(port, '/health', { ca, servername: 'localhost' })).status).toBe(200);
    expect(await get(port, '/health').catch(fault)).toMatch(/SELF_SIGNED|UNABLE_TO/);
    expect(await get(port, '/health', { ca, servername: 'other.example' }).catch(fault)).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    // Scripts on the machine find it and check its certificate.
    await writeServiceFile(dir, { pid: process.pid, port, ...(tls === undefined ? {} : { tls }) });
    expect((await askLocal(dir, '/health')).status).toBe(200);
  } finally {
    await service.close();
  }
});

test('the operator may bring certificate and key; they must belong together', async () => {
  const other = await openAccessAuthority(join(dir, 'elsewhere'), { organisation: '外部', now });
  const { certificate, key } = await other.serverIdentity(['evidence.example']);
  const stranger = await openAccessAuthority(join(dir, 'stranger'), { organisation: '他人', now });
  await writeFile(join(dir, 'site.pem'), certificate);
  await writeFile(join(dir, 'site.key'), key);
  await writeFile(join(dir, 'wrong.key'), (await stranger.serverIdentity(['evidence.example'])).key);
  const settings = (keyFile: string) => ({
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'https://evidence.example',
    https: { certificateFile: 'site.pem', keyFile },
  });
  const configured = async (keyFile: string) => {
    await writeFile(join(dir, 'config.json'), JSON.stringify(settings(keyFile)));
    return createService({ ...readConfig(['--data', dir], {}), now });
  };
  await expect(configured('wrong.key')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(configured('missing.key')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  const service = await configured('site.key');
  try {
    const { port, url } = await service.listen();
    expect(url).toBe('https://evidence.example');
    expect((await get(port, '/health', { ca: other.root })).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  } finally {
    await service.close();
  }
});

test('plain http on loopback, or behind a proxy that is declared', () => {
  const listening = (settings: string[], environment: Record<string, string> = {}) =>
    readConfig(['--data', dir, ...settings], environment).listening;
  for (const host of ['127.0.0.1', '::1', 'localhost'])
    expect(listening(['--host', host]).tls).toBeUndefined();
  for (const host of ['10.0.0.5', '2001:db8::5'])
    expect(listening(['--host', host])).toEqual({ host, tls: { kind: 'own' }, names: [host] });
  const proxied = listening(['--host', '10.0.0.5'], { TIEZHENG_HTTPS__BEHIND_PROXY: 'true' });
  expect(proxied.tls).toBeUndefined();
  expect(listening(['--host', '::', '--public-url', 'https://evidence.example']).names).toEqual([
    'evidence.example',
  ]);
  const code = (settings: string[], environment: Record<string, string> = {}) => {
    try {
      listening(settings, environment);
      return 'taken';
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  expect(code(['--host', '::'])).toBe('HOSTS_REQUIRED');
  for (const url of ['http://evidence.example', 'https://evidence.example/x', 'evidence.example'])
    expect(code(['--public-url', url]), url).toBe('VALUE_MALFORMED');
  expect(code([], { TIEZHENG_HTTPS__CERTIFICATE_FILE: 'x' })).toBe('VALUE_MALFORMED');
});

test('an identity provider is named by an https issuer; its secret is in a file', async () => {
  const oidc = {
    issuer: 'https://idp.example',
    clientId: 'tiezheng',
    clientSecretFile: 'oidc.secret',
    name: '统一认证',
  };
  const read = async (section: object) => {
    await writeFile(join(dir, 'config.json'), JSON.stringify({ oidc: section }));
    return readConfig(['--data', dir], {}).oidc;
  };
  await expect(read(oidc)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', entry: 'oidc.clientSecretFile' });
  await writeFile(join(dir, 'oidc.secret'), 'secret\n');
  expect(await read(oidc)).toMatchObject({ issuer: 'https://idp.example', clientSecret: 'secret' });
  for (const issuer of ['http://idp.example', 'https://idp.example/?x', 'idp'])
    await expect(read({ ...oidc, issuer }), issuer).rejects.toMatchObject({ code: 'VALUE_MALFORMED' });
});
