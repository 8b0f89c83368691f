import { cp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTestLog, temporaryFolder, testLeaf } from './log/testing/test-log.ts';
import { runMonitor } from './monitor-command.ts';
import { runWitness } from './witness-command.ts';

let dir: string;
let remove: () => Promise<void>;
let output: string[];
beforeEach(async () => {
  ({ dir, remove } = await temporaryFolder());
  output = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void output.push(String(line)));
  vi.spyOn(console, 'error').mockImplementation((line) => void output.push(String(line)));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await remove();
});

/** Appends `count` leaves to the log in `dir`. */
async function grow(count: number, options = {}): Promise<{ vkey: string; folder: string }> {
  const log = await openTestLog(dir, options);
  await Promise.all(Array.from({ length: count }, (_, n) => log.append(testLeaf(n))));
  await log.close();
  return { vkey: log.vkey, folder: log.publicDir };
}

async function lineOf(prefix: string): Promise<string> {
  await vi.waitFor(() => expect(output.some((line) => line.startsWith(prefix))).toBe(true), 5_000);
  return output.find((line) => line.startsWith(prefix))!.slice(prefix.length);
}

test('monitor accepts a good log and says what stands behind it', async () => {
  const { vkey, folder } = await grow(300);
  expect(await runMonitor(['--log', folder, '--log-vkey', vkey])).toBe(0);
  expect(output[0]).toBe('OK log.example/evidence');
  expect(output).toContain('size 300');
  expect(output.join('\n')).toContain('可分叉');
  output = [];
  expect(await runMonitor(['--log', folder, '--log-vkey', vkey, '--json'])).toBe(0);
  expect(JSON.parse(output[0]!)).toMatchObject({ ok: true, size: '300', files: 5, cosigners: [] });
});

test('monitor reads a web server as it reads a folder', async () => {
  const { vkey, folder } = await grow(300);
  const server = createServer(async (request, response) => {
    const bytes = await readFile(join(folder, request.url!.replace('/log/', ''))).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await runMonitor(['--log', `${url}/log/`, '--log-vkey', vkey])).toBe(0);
  output = [];
  expect(await runMonitor(['--log', `${url}/elsewhere`, '--log-vkey', vkey])).toBe(1);
  expect(output[1]).toMatch(/^TILE_MISSING: /);
  server.closeAllConnections();
  server.close();
  output = [];
  expect(await runMonitor(['--log', url, '--log-vkey', vkey, '--json'])).toBe(1);
  expect(JSON.parse(output[0]!)).toMatchObject({ ok: false, code: 'TILE_UNREADABLE' });
});

test('monitor fails on damage, on a foreign key, and without the witnesses it must see', async () => {
  const { vkey, folder } = await grow(10);
  const other = join(dir, 'other');
  const { vkey: foreign } = await openTestLog(other).then(async (log) => {
    await log.close();
    return log;
  });
  expect(await runMonitor(['--log', folder, '--log-vkey', foreign])).toBe(1);
  expect(await runMonitor(['--log', folder, '--log-vkey', vkey, '--threshold', '1'])).toBe(1);
  const bundle = join(folder, 'tile', 'entries', '000.p', '10');
  const bytes = await readFile(bundle);
  bytes[4]! ^= 1;
  await writeFile(bundle, bytes);
  expect(await runMonitor(['--log', folder, '--log-vkey', vkey])).toBe(1);
  expect(output.filter((line) => /^[A-Z_]+: /.test(line)).map((line) => line.split(':')[0])).toEqual([
    'LOG_KEY_UNKNOWN',
    'TOO_FEW_COSIGNATURES',
    'TREE_MISMATCH',
  ]);
});

test('monitor with a memory notices a log that went back or forked', async () => {
  const { vkey, folder } = await grow(10);
  const state = join(dir, 'state');
  const monitor = () => runMonitor(['--log', folder, '--log-vkey', vkey, '--state', state]);
  expect(await monitor()).toBe(0);
  await cp(folder, join(dir, 'old'), { recursive: true, preserveTimestamps: true });
  await grow(10);
  expect(await monitor()).toBe(0);
  expect(await readFile(state, 'utf8')).toMatch(/^log\.example\/evidence\n20\n/);
  const old = ['--log', join(dir, 'old'), '--log-vkey', vkey, '--state', state];
  expect(await runMonitor(old)).toBe(1);
  expect(output.at(-1)).toMatch(/^TREE_MISMATCH: /);
  await writeFile(state, 'rubbish');
  expect(await monitor()).toBe(1);
  expect(output.at(-1)).toMatch(/^CHECKPOINT_MALFORMED: /);
});

test('witness runs until a signal, and the monitor sees its cosignature', async () => {
  const first = await grow(1);
  const data = join(dir, 'witness');
  const running = runWitness([
    '--data',
    data,
    '--port',
    '0',
    '--log-vkey',
    first.vkey,
    '--name',
    'notary.example',
  ]);
  const witness = { vkey: await lineOf('vkey '), url: await lineOf('url ') };
  expect(witness.vkey).toMatch(/^notary\.example\+[0-9a-f]{8}\+/);
  const { vkey, folder } = await grow(5, { witnesses: [witness], threshold: 1 });
  output = [];
  const seen = ['--log', folder, '--log-vkey', vkey, '--witness-vkey', witness.vkey, '--threshold', '1'];
  expect(await runMonitor(seen)).toBe(0);
  expect(output.join('\n')).toMatch(/cosigned by notary\.example at \d{4}-/);
  expect(await runWitness(['--data', data, '--port', '0', '--log-vkey', vkey])).toBe(1);
  expect(output.at(-1)).toMatch(/^DATA_DIR_IN_USE: /);
  process.emit('SIGTERM');
  expect(await running).toBe(0);
});

test('wrong usage is exit code 2, help is 0', async () => {
  for (const argv of [
    [],
    ['--data', 'x'],
    ['--nonsense'],
    ['--data', 'x', '--log-vkey', 'k', '--port', '70000'],
  ])
    expect(await runWitness(argv)).toBe(2);
  for (const argv of [[], ['--log', 'x'], ['--log', 'x', '--log-vkey', 'k', '--threshold', 'all'], ['extra']])
    expect(await runMonitor(argv)).toBe(2);
  expect(await runWitness(['--help'])).toBe(0);
  expect(await runMonitor(['--help'])).toBe(0);
  expect(await runMonitor(['--log', dir, '--log-vkey', 'no key'])).toBe(1);
});
