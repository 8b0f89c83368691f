import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeviceClient } from '../fixtures/device-client.ts';
import { startService } from './start-service.ts';

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));
let dataDir = '';

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'process-'));
});
afterAll(() => rm(dataDir, { recursive: true }));

function tiezheng(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
const serviceFile = async () => JSON.parse(await readFile(join(dataDir, 'service.json'), 'utf8'));

test('runs once on a data directory, hands out pairing codes, goes when told', async () => {
  const service = await startService({ dataDir });
  expect(await serviceFile()).toEqual({ pid: service.pid, port: Number(new URL(service.url).port) });
  if (process.platform !== 'win32') {
    expect((await stat(join(dataDir, 'service'))).mode & 0o077).toBe(0);
    expect((await stat(join(dataDir, 'service', 'admin.token'))).mode & 0o777).toBe(0o600);
  }

  const second = await tiezheng('start', '--data', dataDir);
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toContain('DATA_DIR_IN_USE');
  expect(await serviceFile()).toMatchObject({ pid: service.pid });

  const { code, stdout } = await tiezheng('pair', '--data', dataDir);
  expect(code).toBe(0);
  const client = createDeviceClient(service.url);
  await client.pair(stdout.slice(0, 8));
  await client.signIn();

  await service.stop();
  expect(await service.exited).toBe(0);
  await expect(serviceFile()).rejects.toThrow('ENOENT');
  const absent = await tiezheng('pair', '--data', dataDir);
  expect(absent).toMatchObject({ code: 1 });
  expect(absent.stderr).toContain('SERVICE_NOT_RUNNING');
  // Neither who asked nor from where.
  expect(service.log()).toContain('"route":"/api/v1/pairing"');
  expect(service.log()).not.toMatch(/127\.0\.0\.1:\d+"\s*,\s*"remote|remoteAddress|测试设备/);
});

test('prints the link of the first administrator until somebody has taken it', async () => {
  const first = await startService({ dataDir });
  const link = /http\S+\/invitation#([0-9a-f]{64})/;
  await expect.poll(() => first.log()).toMatch(link);
  const post = (path: string, body: object) =>
    fetch(`${first.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const password = 'correct horse battery';
  const token = link.exec(first.log())?.[1];
  expect((await post('/invitations/accept', { token, password })).status).toBe(204);
  expect((await post('/invitations/accept', { token, password })).status).toBe(410);
  expect((await post('/sign-in', { name: 'admin', password })).status).toBe(200);
  expect(first.log()).not.toContain(password);
  await first.stop();
  const second = await startService({ dataDir });
  await second.pairingCode();
  expect(second.log()).not.toMatch(link);
  await second.stop();
});

test('starts again after SIGKILL, and a finished request stays finished', async () => {
  const first = await startService({ dataDir });
  const client = createDeviceClient(first.url);
  await client.pair(await first.pairingCode());
  await client.signIn();
  const made = await client.json<{ id: string }>('/cases', { number: '1', title: '' });
  await first.kill();
  expect(await first.exited).toBe('SIGKILL');
  expect(await serviceFile()).toMatchObject({ pid: first.pid });

  const again = await startService({ dataDir });
  const later = createDeviceClient(again.url, client.device);
  later.token = client.token;
  const { cases } = await later.json<{ cases: { id: string }[] }>('/cases');
  expect(cases.map(({ id }) => id)).toContain(made.id);
  expect(again.adminToken).toBe(first.adminToken);
  await again.stop();
});

test('says what it can do, and refuses the rest', async () => {
  const help = await tiezheng('--help');
  expect(help.code).toBe(0);
  for (const command of ['start', 'verify', 'pair', 'witness', 'monitor', 'backup', 'restore', 'doctor'])
    expect(help.stdout).toContain(command);
  expect(await tiezheng('nonsense')).toMatchObject({ code: 2, stdout: '' });
  expect(await tiezheng('toString')).toMatchObject({ code: 2 });
  expect(await tiezheng('start', '--host', '0.0.0.0')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('HOSTS_REQUIRED'),
  });
});
