import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { catchPrinted } from '../test/fixtures/catch-printed.ts';
import type { DeviceClient } from '../test/fixtures/device-client.ts';
import { captureBy, startTestService, type TestService } from '../test/fixtures/test-service.ts';
import { folderSource } from './log/folder-source.ts';
import { openCosigner } from './log/open-cosigner.ts';
import { runRotateKeys } from './rotate-command.ts';
import { sealSteps } from './seal/seal-steps.ts';
import { nodePorts } from './store/node-ports.ts';

vi.setConfig({ testTimeout: 120_000 });

let dataDir = '';
let printed = (): string => '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rotate-'));
  printed = catchPrinted();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(dataDir, { recursive: true });
});

const rotate = (...flags: string[]) => runRotateKeys([...flags, '--data', dataDir]);
const judge = async (bytes: Uint8Array, trustFile: string) => {
  const report = await verifyPackage(bytesSource(bytes), nodePorts, { anchors: parseTrustFile(trustFile) });
  const faults = report.checks
    .filter(({ status }) => status === 'fail')
    .map(({ id, code }) => `${id} ${code}`);
  return { verdict: report.verdict, faults };
};
const valid = { verdict: 'valid', faults: [] };
const seal = async (service: TestService, client: DeviceClient) =>
  service.sealed(client, await client.upload(await captureBy(client)));

const scopes = [['--authorities', '--log'], ...(process.env.TIEZHENG_LONG === '1' ? [['--signing']] : [])];

test.each(scopes.map((flags) => ({ flags })))(
  'after $flags old and new packages verify with the new trust file',
  async ({ flags }) => {
    const before = await startTestService(dataDir);
    const client = await before.signIn();
    const first = await seal(before, client);
    const pending = await captureBy(client);
    const oldTrust = await before.trustFile();
    await before.close();
    await expect(rotate(...flags)).resolves.toBe(0);
    expect(printed()).toMatch(/signer {2}Tiezheng Trial Signer .*SHA-256 of the PEM file [0-9a-f]{64}\n/);

    const after = await startTestService(dataDir);
    const trust = await after.trustFile();
    const again = await after.signIn(client.device);
    const second = await seal(after, again);
    // Captured and anchored before, sealed after.
    const third = await after.sealed(again, await again.upload(pending));
    for (const bytes of [first, second, third]) expect(await judge(bytes, trust)).toEqual(valid);
    expect(await judge(first, oldTrust)).toEqual(valid);
    const changed = flags.includes('--authorities');
    expect((await judge(second, oldTrust)).verdict).toBe(changed ? 'invalid' : 'valid');
    const { logKeys } = parseTrustFile(trust);
    expect(logKeys).toHaveLength(flags.includes('--log') ? 2 : 1);
    await checkWholeLog(nodePorts, folderSource(join(dataDir, 'service', 'log', 'public')), {
      trust: { logKeys: logKeys.slice(0, 1) },
    });
    await after.close();
    const keys = (await readdir(join(dataDir, 'service', 'trust'), { recursive: true })).filter((name) =>
      name.endsWith('.key'),
    );
    expect(keys.filter((name) => !name.startsWith('trial-2'))).toEqual([]);
  },
);

test('a package accepted before and sealed after gets a receipt by the new keys', async () => {
  let broken = true;
  const [start, ...rest] = sealSteps;
  const failing = {
    ...start!,
    run: async (work: Parameters<NonNullable<typeof start>['run']>[0]) => {
      if (broken) throw new Error('not yet');
      await start!.run(work);
    },
  };
  const before = await startTestService(dataDir, { sealSteps: [failing, ...rest] });
  const client = await before.signIn();
  const id = await client.upload(await captureBy(client));
  await client.waitFor(id, 'waiting');
  const receipt = await client.json<{ certificate: string }>(`/packages/${id}/receipt`);
  await before.close();
  broken = false;
  await rotate('--authorities', '--log');
  const after = await startTestService(dataDir);
  const again = await after.signIn(client.device);
  const bytes = await after.sealed(again, id);
  expect(await judge(bytes, await after.trustFile())).toEqual(valid);
  const renewed = await again.json<{ certificate: string; receipt: object }>(`/packages/${id}/receipt`);
  expect(renewed.certificate).not.toBe(receipt.certificate);
  expect(renewed.receipt).toEqual((receipt as typeof renewed).receipt);
  await after.close();
});

test('certificates about to run out are replaced at the start', async () => {
  const before = await startTestService(dataDir);
  const old = parseTrustFile(await before.trustFile());
  await before.close();
  // Nine and a half of ten years later.
  const now = () => new Date(Date.now() + 9.5 * 365.25 * 86_400_000);
  const after = await startTestService(dataDir, { now });
  const trust = parseTrustFile(await after.trustFile());
  await after.close();
  const subjects = trust.certificates.map(({ subject }) => subject.text);
  expect(subjects).toHaveLength(4);
  expect(subjects.slice(2)).toEqual(old.certificates.map(({ subject }) => subject.text));
  const next = await startTestService(dataDir, { now });
  expect(parseTrustFile(await next.trustFile()).certificates).toHaveLength(4);
  await next.close();
});

test('a rotation killed between its parts is finished by the next start or run', async () => {
  const before = await startTestService(dataDir);
  const client = await before.signIn();
  const first = await seal(before, client);
  await before.close();
  await rotate('--announce-log-key');
  expect(printed()).toMatch(/^tiezheng\/[0-9a-f]{16}\+[0-9a-f]{8}\+/);
  const root = join(dataDir, 'service');
  // Killed after the log key was replaced: the new key is published nowhere, the checkpoint signed by the old one.
  const anchors = await readFile(join(root, 'anchors.txt'));
  const checkpoint = await readFile(join(root, 'log', 'public', 'checkpoint'));
  await rotate('--log');
  await writeFile(join(root, 'anchors.txt'), anchors);
  await writeFile(join(root, 'log', 'public', 'checkpoint'), checkpoint);
  const after = await startTestService(dataDir);
  const again = await after.signIn(client.device);
  const second = await seal(after, again);
  const trust = await after.trustFile();
  for (const bytes of [first, second]) expect(await judge(bytes, trust)).toEqual(valid);
  await after.close();
});

test('wrong usage, a running service, a folder without one, witnesses that do not know the key', async () => {
  expect(await rotate()).toBe(2);
  expect(await rotate('--signing', '--authorities')).toBe(2);
  expect(await runRotateKeys(['--help'])).toBe(0);
  await expect(rotate('--log')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  const service = await startTestService(dataDir);
  await expect(rotate('--log')).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  await service.close();
  const options = { name: 'notary.example/w1', logKeys: [], now: () => new Date() };
  const { cosigner, close } = await openCosigner(join(dataDir, 'witness'), options);
  await close();
  const witnesses = [{ url: 'http://127.0.0.1:1/', vkey: cosigner.vkey }];
  await writeFile(join(dataDir, 'config.json'), JSON.stringify({ log: { witnesses } }));
  await expect(rotate('--log')).rejects.toMatchObject({ code: 'LOG_KEY_NOT_ANNOUNCED' });
  await access(join(dataDir, 'service', 'log', 'log.key'));
});
