import { chmod, mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readConfig } from './config.ts';
import { checkClockAndLog, checkClockSource } from './doctor/check-clock.ts';
import { checkDisk } from './doctor/check-data.ts';
import { checkKeys, checkTimeStamps } from './doctor/check-trust.ts';
import type { Finding } from './doctor/finding.ts';
import { runDoctor } from './doctor-command.ts';
import { createService, type Service } from './service.ts';
import { writeServiceFile } from './service-file.ts';
import { openSqlite } from './store/sqlite-driver.ts';
import { openTrust, type Trust } from './trust/trust.ts';

let dataDir = '';
let root = '';
let service: Service;
let port = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'doctor-'));
  root = join(dataDir, 'service');
  service = await createService({
    ...readConfig(['--data', dataDir, '--port', '0'], {}),
    now: () => new Date(),
  });
  ({ port } = await service.listen());
});
afterAll(async () => {
  await service.close();
  await rm(dataDir, { recursive: true });
});

/** Runs the command; its exit code and what it found. */
async function doctor(...argv: string[]): Promise<{ code: number; findings: Finding[] }> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const code = await runDoctor(['--data', dataDir, '--json', ...argv]);
    return { code, findings: JSON.parse(String(write.mock.calls.at(-1)?.[0])) as Finding[] };
  } finally {
    write.mockRestore();
  }
}
const statusOf = (findings: readonly Finding[], check: Finding['check']) =>
  findings.filter((finding) => finding.check === check).map(({ status }) => status);

test('a running service: nothing fails, what rests on trust alone is a warning', async () => {
  await writeServiceFile(dataDir, { pid: process.pid, port });
  const { code, findings } = await doctor();
  expect(findings.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(code).toBe(0);
  for (const check of ['data', 'lock', 'files', 'clock'] as const)
    expect(statusOf(findings, check)).toEqual(['pass']);
  expect(statusOf(findings, 'database')).toEqual(['pass', 'pass']);
  expect(statusOf(findings, 'keys')).toEqual(['pass', 'warn']);
  for (const check of ['time-stamp', 'witnesses'] as const)
    expect(statusOf(findings, check)).toEqual(['warn']);
  for (const { zh, en } of findings) expect([zh, en].every((text) => text.length > 5)).toBe(true);
});

test('a lock without an answer, open keys and a clock set back fail', async () => {
  await writeServiceFile(dataDir, { pid: process.pid, port: 1 });
  const key = join(root, 'trust', 'trial', 'signer.key');
  const checkpoint = join(root, 'log', 'public', 'checkpoint');
  await chmod(key, 0o644);
  await utimes(checkpoint, Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
  const { code, findings } = await doctor();
  expect(code).toBe(1);
  expect(statusOf(findings, 'lock')).toEqual(['fail']);
  expect(statusOf(findings, 'clock')).toEqual(['fail']);
  if (process.platform !== 'win32') expect(statusOf(findings, 'keys')).toContain('fail');
  await chmod(key, 0o600);
  await utimes(checkpoint, Date.now() / 1000, Date.now() / 1000);
});

test('packages that wait are told with their reason', async () => {
  const connection = await openSqlite(join(root, 'service.db'));
  connection.exec(`PRAGMA foreign_keys = OFF;
    INSERT INTO packages (id, device, sha256, bytes, upload, received_at, state, defects, done, waiting)
    VALUES ('EVD-X', '00000000', 'x', 1, 'x', 1, 'waiting', '[]', '[]', '{"code":"DISK_FULL"}')`);
  connection.close();
  const { findings } = await doctor();
  expect(findings.find(({ check }) => check === 'packages')).toMatchObject({
    status: 'warn',
    en: expect.stringContaining('DISK_FULL × 1'),
  });
});

test('packages whose retention has ended are told, save those that are held', async () => {
  const told = async () => (await doctor()).findings.find(({ check }) => check === 'retention') as Finding;
  expect(await told()).toMatchObject({ status: 'pass' });
  const connection = await openSqlite(join(root, 'service.db'));
  connection.exec(`PRAGMA foreign_keys = OFF;
    INSERT INTO cases (id, number, title, cause, source, legal_basis, operators, created_by, organisation, created_at, version, retain_until)
    VALUES ('due', '1', 'x', '', '', '', '[]', '', 'operator', 1, 1, '2020-01-31'),
      ('held', '2', 'x', '', '', '', '[]', '', 'operator', 1, 1, '2020-01-31');
    UPDATE cases SET hold = '诉讼中' WHERE id = 'held';
    INSERT INTO packages (id, device, sha256, bytes, upload, received_at, state, defects, done, case_id)
    VALUES ('EVD-D', '00000000', 'd', 1, 'd', 1, 'sealed', '[]', '[]', 'due'),
      ('EVD-H', '00000000', 'h', 1, 'h', 1, 'sealed', '[]', '[]', 'held')`);
  connection.close();
  expect(await told()).toMatchObject({ status: 'warn', en: expect.stringContaining('of 1 packages') });
});

test('where no service ever ran, it says so and makes nothing', async () => {
  const { code, findings } = await doctor('--data', join(dataDir, 'none'));
  expect(code).toBe(1);
  expect(statusOf(findings, 'data')).toEqual(['fail']);
  await mkdir(join(dataDir, 'half', 'service'), { recursive: true });
  const half = await doctor('--data', join(dataDir, 'half'));
  expect(statusOf(half.findings, 'keys')).toEqual(['fail']);
  await expect(runDoctor(['--nonsense'])).rejects.toMatchObject({ code: 'ARGUMENT_UNKNOWN' });
});

test('little disk space warns, less fails', async () => {
  const at = (bytes: number) => checkDisk(root, 2 ** 29, async () => bytes);
  expect(statusOf(await at(2 ** 40), 'disk')).toEqual(['pass']);
  expect(statusOf(await at(2 ** 32), 'disk')).toEqual(['warn']);
  expect(statusOf(await at(2 ** 20), 'disk')).toEqual(['fail']);
});

test('the source of the clock is what the system names', async () => {
  const answering = (wanted: string, output: string) =>
    checkClockSource(async (command) => (command === wanted ? output : undefined));
  expect(await answering('timedatectl', 'yes\n')).toMatchObject([{ status: 'pass' }]);
  expect(await answering('chronyc', 'Leap status     : Normal\n')).toMatchObject([{ status: 'pass' }]);
  expect(await answering('timedatectl', 'no\n')).toMatchObject([
    { status: 'warn', en: expect.stringContaining('NTP') },
  ]);
  expect(await answering('none', '')).toMatchObject([
    { status: 'warn', en: expect.stringContaining('not known') },
  ]);
  expect(await checkClockAndLog(join(dataDir, 'none'), new Date())).toEqual([]);
});

test('a time-stamp service is asked, and the clock compared with it; certificates run out', async () => {
  const HOUR = 3_600_000;
  const dir = join(root, 'trust');
  const trustAt = (ahead: number) =>
    openTrust(dir, { organisation: 'x', now: () => new Date(Date.now() + ahead) });
  const outside = async (ahead: number): Promise<Trust> => {
    const trust = await trustAt(ahead);
    return {
      ...trust,
      authorities: trust.authorities.map((authority) => ({ ...authority, selfIssued: false })),
    };
  };
  const now = () => new Date();
  const right = await checkTimeStamps(await outside(0), now);
  expect(right.map(({ check, status }) => [check, status])).toEqual([
    ['time-stamp', 'pass'],
    ['clock', 'pass'],
  ]);
  expect(statusOf(await checkTimeStamps(await outside(5000), now), 'clock')).toEqual(['warn']);
  expect(await checkTimeStamps(await outside(-HOUR), now)).toMatchObject([
    { status: 'pass' },
    { status: 'fail', en: expect.stringContaining('-3600') },
  ]);
  const { authorities, ...trust } = await trustAt(0);
  const [signer] = authorities;
  const refusing = { ...trust, authorities: [{ ...signer!, stamp: () => signer!.stamp(new Uint8Array(3)) }] };
  expect(statusOf(await checkTimeStamps(refusing, now), 'time-stamp')).toEqual(['fail']);

  const later = new Date(Date.now() + 200 * 365 * 24 * HOUR);
  expect(statusOf(await checkKeys({ ...trust, authorities }, dir, later), 'keys')).toContain('fail');
});
