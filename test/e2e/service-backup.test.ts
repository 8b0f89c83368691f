import { execFile } from 'node:child_process';
import { appendFile, chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { nothingAcknowledged } from '../kill/acknowledged.ts';
import { checkKept, checkVisible } from '../kill/check-kept.ts';
import { ClientLife } from '../kill/client-life.ts';
import { killStores } from '../kill/kill-store.ts';
import { type KilledService, killedService } from '../kill/killed-service.ts';

const bin = fileURLToPath(new URL('../../server/bin.mjs', import.meta.url));
let folder = '';
let service: KilledService;
let trustFile = '';
const backups: string[] = [];

function tiezheng(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Clients work; meanwhile one backup of links and one of copies are made. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  service = killedService(join(folder, 'data'));
  const { url } = await service.start();
  trustFile = await (await fetch(`${url}/trust`)).text();
  const lives = Array.from({ length: 2 }, () => new ClientLife(service, nothingAcknowledged()));
  for (const life of lives) await life.pair();
  let over = false;
  const working = Promise.all(lives.map((life) => life.run(() => over)));
  // Something sealed, something on its way.
  while ((await readdir(join(folder, 'data', 'service', 'packages'))).length < 2)
    await new Promise((resolve) => setTimeout(resolve, 100));
  for (const more of [[], ['--copy']]) {
    const to = join(folder, `backup-${backups.length}`);
    const made = await tiezheng('backup', '--data', join(folder, 'data'), '--to', to, ...more);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toMatch(
      /^✓ [1-9]\d* sealed packages, \d+ refused, \d+ on their way, log of \d+ entries/,
    );
    backups.push(to);
  }
  over = true;
  await working;
  await service.stop();
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a backup taken under load restores to a service whose packages and log verify', async () => {
  const [dataDir = '', other = ''] = await Promise.all(
    backups.map(async (from, n) => {
      const to = join(folder, `restored-${n}`);
      expect(await tiezheng('restore', '--from', from, '--data', to)).toMatchObject({ code: 0, stderr: '' });
      expect((await stat(join(to, 'service'))).mode & 0o077).toBe(0);
      return to;
    }),
  );
  expect(await checkVisible(other, parseTrustFile(trustFile), new Set())).toEqual([]);
  const restored = killedService(dataDir);
  const { url } = await restored.start();
  expect(await (await fetch(`${url}/trust`)).text()).toBe(trustFile);
  // What was on its way at the backup goes on, beside new work.
  const acknowledged = nothingAcknowledged();
  const life = new ClientLife(restored, acknowledged);
  await life.pair();
  let rounds = 0;
  await life.run(() => rounds++ > 0);
  await restored.stop();
  expect(await checkVisible(dataDir, parseTrustFile(trustFile), new Set())).toEqual([]);
  expect(await checkKept(dataDir, await killStores.sqlite(dataDir), trustFile, acknowledged)).toEqual([]);
});

test('nothing is overwritten, and nothing damaged is restored', async () => {
  const [from = ''] = backups;
  const again = await tiezheng('backup', '--data', join(folder, 'data'), '--to', from);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('TARGET_EXISTS') });
  const over = await tiezheng('restore', '--from', from, '--data', join(folder, 'data'));
  expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining('TARGET_EXISTS') });
  const absent = await tiezheng('backup', '--data', join(folder, 'none'), '--to', join(folder, 'x'));
  expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('DATA_MISSING') });
  expect(await tiezheng('restore', '--data', join(folder, 'x'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--from is missing'),
  });

  const sums = await readFile(join(from, 'SHA256SUMS'), 'utf8');
  const [asice = ''] = /service\/packages\/\S+\.asice/.exec(sums) ?? [];
  const [entries = ''] = /service\/log\/public\/tile\/entries\/\S+/.exec(sums) ?? [];
  for (const damage of [
    (copy: string) => appendFile(join(copy, asice), 'x'),
    (copy: string) => rm(join(copy, entries)),
    (copy: string) => writeFile(join(copy, 'service', 'added'), ''),
    (copy: string) => rm(join(copy, 'SHA256SUMS')),
  ]) {
    const copy = join(folder, 'damaged');
    await cp(from, copy, { recursive: true });
    await rm(join(copy, asice));
    await cp(join(from, asice), join(copy, asice));
    await chmod(join(copy, asice), 0o644);
    await damage(copy);
    const refused = await tiezheng('restore', '--from', copy, '--data', join(folder, 'never'));
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/BACKUP_(DAMAGED|INCOMPLETE)/) });
    await rm(copy, { recursive: true });
  }
  expect(await readdir(folder)).not.toContain('never');
});
