import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { buildTestBundle } from '../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from './http/testing/open-test-app.ts';
import { addUser, type Browser, browserOf } from './http/testing/people.ts';
import { testSealer } from './http/testing/test-sealer.ts';
import { createJobWorker } from './intake/job-worker.ts';
import { folderSource } from './log/folder-source.ts';
import { runRetention } from './retention-command.ts';
import { writeServiceFile } from './service-file.ts';
import { nodePorts } from './store/node-ports.ts';

let service: TestApp;
let client: DeviceClient;
let handler: Browser;
let dataDir = '';
let made = 0;

beforeAll(async () => {
  service = await openTestApp({ encrypted: true });
  const url = await service.listen();
  client = createDeviceClient(url);
  await client.pair(await service.pairingCode());
  await client.signIn();
  handler = await browserOf(service, await addUser(service, 'case-handler'));
  // As the service leaves them for whoever may read its data directory.
  dataDir = await mkdtemp(join(tmpdir(), 'retention-'));
  await mkdir(join(dataDir, 'service'));
  await writeFile(join(dataDir, 'service', 'admin.token'), service.adminToken);
  await writeServiceFile(dataDir, { pid: process.pid, port: Number(new URL(url).port) });
});
afterAll(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

/** A sealed package of a case whose last day was two days ago. */
async function overdue(): Promise<{ id: string; caseId: string }> {
  const bundle = await buildTestBundle({
    device: client.device,
    challenge: ({ device: _, ...needs }) => client.challenge(needs),
    anchor: (digest) => client.anchor(digest),
  });
  const id = await client.upload(bundle);
  const worker = createJobWorker(service.intake, testSealer(service), () => {});
  worker.start();
  await client.waitFor(id, 'sealed', 'refused');
  await worker.stop();
  const retainUntil = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const body = { number: `no ${++made}`, title: '假冒', retainUntil };
  const caseId = (await handler.send('POST', '/cases', body)).json().id;
  const assigned = await handler.send('POST', `/packages/${id}/case`, { case: caseId, reason: '归案' });
  expect(assigned.statusCode).toBeLessThan(300);
  return { id, caseId };
}

async function run(...argv: string[]) {
  let text = '';
  let errors = '';
  const output = {
    stdout: (more: string) => {
      text += more;
    },
    stderr: (more: string) => {
      errors += more;
    },
  };
  const code = await runRetention(['--data', dataDir, ...argv], output);
  return { code, text, errors };
}
const rows = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row) as unknown);

test('with nothing due says so; wrong arguments are 2', async () => {
  expect(await run()).toMatchObject({ code: 0, text: expect.stringContaining('no package is due') });
  expect(await run('--json')).toMatchObject({ code: 0, text: '' });
  expect(await run('--all')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('tiezheng retention'),
  });
});

test('lists what is due and changes nothing; --delete carries out what a person has asked for, and only that', async () => {
  const [asked, unasked, held] = [await overdue(), await overdue(), await overdue()];
  await handler.send('POST', `/packages/${asked.id}/deletion`, { reason: '保存期满' });
  await handler.send('PUT', `/cases/${held.caseId}/hold`, { reason: '诉讼中' });
  const listing = await run('--json');
  expect(listing.code).toBe(0);
  expect(rows(listing.text)).toHaveLength(2);
  expect(rows(listing.text)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ package: asked.id, state: 'requested', requestedBy: expect.any(String) }),
      expect.objectContaining({ package: unasked.id, state: 'due', requestedBy: null }),
    ]),
  );
  const { store, folders } = service.intake;
  expect((await readdir(folders.packages)).sort()).toEqual([asked.id, unasked.id, held.id].sort());

  const done = await run('--delete');
  // One is left that nobody has asked for.
  expect(done.code).toBe(1);
  expect(done.text).toMatch(new RegExp(`已删除 deleted\t.*${asked.id}`));
  expect(done.text).toMatch(new RegExp(`待申请 due\t.*${unasked.id}.*nobody has asked`));
  expect((await readdir(folders.packages)).sort()).toEqual([unasked.id, held.id].sort());
  expect(await store.dataKeys.get(asked.id)).toBeUndefined();
  expect(await store.dataKeys.get(unasked.id)).toBeDefined();
  expect((await handler.send('GET', `/packages/${asked.id}/tombstone`)).json().tombstone).toMatchObject({
    requested: { by: { name: expect.any(String) } },
    confirmed: { by: { id: 'system' } },
  });
  const custody = (await handler.send('GET', `/packages/${asked.id}/custody`)).json();
  expect(custody.entries).toContainEqual(
    expect.objectContaining({
      action: 'deletion-confirm',
      actor: expect.objectContaining({ kind: 'system' }),
    }),
  );
  const log = folderSource(join(dirname(folders.packages), 'log', 'public'));
  await checkWholeLog(nodePorts, log, { trust: { logKeys: [service.log.vkey] } });

  await handler.send('POST', `/packages/${unasked.id}/deletion`, { reason: '保存期满' });
  expect(await run('--delete', '--json')).toMatchObject({
    code: 0,
    text: expect.stringContaining('"proof"'),
  });
  expect(await run('--delete')).toMatchObject({ code: 0 });
});

test('without a running service it says so', async () => {
  await expect(runRetention(['--data', join(dataDir, 'none')])).rejects.toMatchObject({
    code: 'SERVICE_NOT_RUNNING',
  });
});
