import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toPem } from '#shared/pki/pem';
import { createTestSealer } from '../test/fixtures/test-seal.ts';
import { firstAnswering } from './renew-authority.ts';
import { runRenew } from './renew-command.ts';
import { monthsAfter } from './renewal-outlook.ts';
import { seal } from './seal/seal.ts';
import { openTrust } from './trust/trust.ts';
import { TrustError } from './trust/trust-error.ts';
import { trustFileOf } from './trust-file.ts';
import { runVerify } from './verify-command.ts';

/** The trial certificates of 2017 last until the beginning of 2027. */
const sealedAt = Date.UTC(2017, 0, 10);
const now = Date.UTC(2026, 5, 1);
let dir = '';
let id = '';
let folder = '';
let trustFile = '';
let dataDir = '';
const clock = { now: sealedAt };

function capture() {
  const texts = { stdout: '', stderr: '' };
  const into = (name: keyof typeof texts) => (text: string) => {
    texts[name] += text;
  };
  return { texts, output: { stdout: into('stdout'), stderr: into('stderr') } };
}

async function run(at: number, ...argv: string[]) {
  const { texts, output } = capture();
  return { code: await runRenew(argv, output, at), ...texts };
}
const rows = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'renew-command-'));
  const sealer = await createTestSealer(join(dir, 'old'), () => new Date(clock.now));
  const work = await sealer.prepare('one');
  id = work.id;
  await copyFile((await seal(work)).path, join(dir, 'package'));
  dataDir = join(dir, 'data');
  const today = await openTrust(join(dataDir, 'service', 'trust'), {
    organisation: '机构',
    now: () => new Date(now),
  });
  trustFile = join(dir, 'trust.txt');
  const roots = today.authorities[0]!.roots.map((der) => toPem('CERTIFICATE', der)).join('');
  await writeFile(trustFile, `${trustFileOf(sealer.trust, sealer.log)}${roots}`);
  await sealer.close();
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  folder = join(dir, 'packages');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, id), { recursive: true });
  await copyFile(join(dir, 'package'), join(folder, id, `${id}.asice`));
});

test('lists what runs out within so many months, and changes nothing', async () => {
  const due = await run(now, folder);
  expect(due.code).toBe(1);
  expect(due.stdout).toContain(`将到期 due\t2027-01-10`);
  const calm = await run(now, folder, '--within', '6');
  expect(calm).toMatchObject({ code: 0 });
  expect(calm.stdout).toMatch(/有效 ok\t2027-01-10\tEVD-/);
  expect(await readdir(join(folder, id))).toEqual([`${id}.asice`]);
});

test('wraps what is due with the authority of the service; the result is valid when the old one is not', async () => {
  const renewed = await run(now, folder, '--wrap', '--data', dataDir, '--trust', trustFile, '--json');
  expect(renewed).toMatchObject({ code: 0, stderr: '' });
  const wrapper = join(folder, id, `${id}.asics`);
  expect(rows(renewed.stdout)).toMatchObject([
    { id, outlook: { state: 'due' }, renewed: { file: wrapper, until: '2036-01-01T00:00:00.000Z' } },
  ]);
  expect(
    Buffer.compare(await readFile(join(folder, id, `${id}.asice`)), await readFile(join(dir, 'package'))),
  ).toBe(0);
  expect((await readdir(join(folder, id))).sort()).toEqual([`${id}.asice`, `${id}.asics`]);

  const later = Date.UTC(2030, 0, 1);
  const outlook = await run(later, folder, '--trust', trustFile, '--json');
  expect(outlook.code).toBe(0);
  expect(rows(outlook.stdout)).toMatchObject([{ file: wrapper, outlook: { state: 'ok' } }]);

  const { texts, output } = capture();
  expect(await runVerify([wrapper, '--trust', trustFile], output)).toBe(0);
  expect(texts.stdout).toContain('有效:封存后未被更改');
  expect(texts.stdout).toMatch(/续期 renewed: 2026-06-01/);
  expect(texts.stdout).toMatch(/✓ renewal-1\n/);
});

test('a wrapper is renewed in place, its renewals kept, unless that would gain nothing', async () => {
  const of2019 = join(dir, 'data-2019');
  const started = () => new Date(Date.UTC(2019, 0, 10));
  await openTrust(join(of2019, 'service', 'trust'), { organisation: '机构', now: started });
  expect((await run(now, folder, '--wrap', '--data', of2019)).code).toBe(0);
  const wrapper = join(folder, id, `${id}.asics`);
  const again = await run(Date.UTC(2028, 5, 1), folder, '--wrap', '--data', dataDir, '--json');
  expect(rows(again.stdout)).toMatchObject([
    { file: wrapper, outlook: { until: expect.stringMatching(/^2029-01-09/) }, renewed: { file: wrapper } },
  ]);
  expect(again.code).toBe(0);
  const kept = await readFile(wrapper);
  expect(kept.includes('META-INF/timestamp001.tst')).toBe(true);
  // The algorithms are expected to end with 2035, and no authority here has newer ones.
  const vain = await run(Date.UTC(2035, 5, 1), folder, '--wrap', '--data', dataDir, '--json');
  expect(vain.code).toBe(1);
  expect(rows(vain.stdout)[0].failure).toMatch(/^NOTHING_GAINED: /);
  expect(Buffer.compare(await readFile(wrapper), kept)).toBe(0);
  expect((await readdir(join(folder, id))).sort()).toEqual([`${id}.asice`, `${id}.asics`]);
});

test('a package that lapsed, or does not verify, is not wrapped', async () => {
  const lapsed = await run(Date.UTC(2027, 5, 1), folder, '--wrap', '--data', dataDir, '--json');
  expect(lapsed.code).toBe(1);
  expect(rows(lapsed.stdout)).toMatchObject([{ outlook: { state: 'lapsed' } }]);
  const file = join(folder, id, `${id}.asice`);
  const bytes = await readFile(file);
  bytes[2000]! ^= 1;
  await writeFile(file, bytes);
  await writeFile(join(folder, 'text.asice'), 'not a package');
  const faulty = await run(now, folder, '--wrap', '--data', dataDir, '--json');
  expect(faulty.code).toBe(1);
  expect(rows(faulty.stdout).map(({ outlook }) => outlook.state)).toEqual(['faulty', 'faulty']);
  expect(await readdir(join(folder, id))).toEqual([`${id}.asice`]);
});

test('never writes over another wrapper', async () => {
  const named = join(folder, id, 'copy.asice');
  await copyFile(join(dir, 'package'), named);
  await writeFile(join(folder, id, `${id}.asics`), 'something');
  const { code, stdout } = await run(now, named, '--wrap', '--data', dataDir, '--json');
  expect(code).toBe(1);
  expect(rows(stdout)[0].failure).toMatch(/^ALREADY_WRAPPED: /);
  expect(await readFile(join(folder, id, `${id}.asics`), 'utf8')).toBe('something');
});

test('a command line that cannot be followed is exit code 2; a folder without a service is an error', async () => {
  for (const argv of [[], ['--within', 'x', folder], ['--nonsense', folder], [join(dir, 'absent')]])
    expect(await run(now, ...argv)).toMatchObject({ code: 2, stdout: '' });
  expect((await run(now, '--help')).code).toBe(0);
  await expect(run(now, folder, '--wrap', '--data', join(dir, 'nowhere'))).rejects.toMatchObject({
    code: 'SERVICE_DATA_MISSING',
  });
  expect(await readdir(dir)).not.toContain('nowhere');
});

test('as a program of its own', async () => {
  const args = ['server/bin.mjs', 'renew', folder, '--within', '1200', '--json'];
  const code = await new Promise<number>((resolve) => {
    execFile(process.execPath, args, (error) => resolve(error === null ? 0 : Number(error.code)));
  });
  expect(code).toBe(1);
});

test('the first authority that answers stamps; a fault of ours is not hidden by the next one', async () => {
  const stamped: string[] = [];
  const good = (name: string) => ({
    name,
    stamp: async (digest: Uint8Array) => {
      stamped.push(name);
      return digest;
    },
  });
  const failing = (name: string, error: Error) => ({ name, stamp: () => Promise.reject(error) });
  const away = failing('away', new TrustError('TSA_UNREACHABLE', 'no answer'));
  const both = firstAnswering([away, good('second'), good('third')]);
  expect(both.name).toBe('away, second, third');
  await both.stamp(new Uint8Array(32));
  expect(stamped).toEqual(['second']);
  await expect(firstAnswering([away]).stamp(new Uint8Array(32))).rejects.toMatchObject({
    code: 'TSA_UNREACHABLE',
  });
  const ours = firstAnswering([failing('ours', new RangeError('x')), good('never')]);
  await expect(ours.stamp(new Uint8Array(32))).rejects.toThrow(RangeError);
});

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2027-12-15', 14, '2029-02-15'],
  ['2028-02-29', 12, '2029-02-28'],
  ['2026-06-01', 0, '2026-06-01'],
])('%s and %d months are %s', (from, months, to) => {
  expect(new Date(monthsAfter(Date.parse(from), months)).toISOString().slice(0, 10)).toBe(to);
});
