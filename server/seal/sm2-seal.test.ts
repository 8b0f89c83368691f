import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { sm3 } from '#shared/lib/sm3';
import { packagePath } from '#shared/seal/layout';
import { readmeCommands } from '#shared/seal/readme';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { PackageDraft } from '../../test/fixtures/package-draft.ts';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openSm2Key } from '../trust/sm2-key.ts';
import { trustFileOf } from '../trust-file.ts';
import { seal } from './seal.ts';
import type { SealWork } from './seal-work.ts';

const run = promisify(execFile);
if (!hasOpenssl) console.warn('SKIPPED: openssl is not installed; SM2 is not tested');

describe.skipIf(!hasOpenssl)('with an SM2 key', () => {
  let dir = '';
  let sealer: TestSealer;
  let work: SealWork;
  let bytes: Uint8Array;
  const judge = async (what: Uint8Array) => {
    const anchors = parseTrustFile(trustFileOf(sealer.trust, sealer.log));
    const report = await verifyPackage(bytesSource(what), nodePorts, { anchors });
    const row = report.checks.find(({ id }) => id === 'sm2-signature');
    return { verdict: report.verdict, row: row && [row.status, row.code, row.entry] };
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sm2-seal-'));
    const sm2KeyFile = join(dir, 'sm2.key');
    execFileSync('openssl', [
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:SM2',
      '-out',
      sm2KeyFile,
    ]);
    sealer = await createTestSealer(join(dir, 'service'), undefined, undefined, { sm2KeyFile });
    work = await sealer.prepare('sealed');
    bytes = new Uint8Array(await readFile((await seal(work)).path));
  });
  afterAll(async () => {
    await sealer.close();
    await rm(dir, { recursive: true });
  });

  test('the package verifies, by our verifier and by OpenSSL', async () => {
    expect(await judge(bytes)).toEqual({ verdict: 'valid', row: ['pass', undefined, undefined] });
    const into = join(dir, 'unzipped');
    await run('unzip', ['-q', join(work.dir, `${work.id}.asice`), '-d', into]);
    const commands = readmeCommands(await readFile(join(into, 'README.txt'), 'utf8'));
    const sm2 = commands.filter((command) => command.includes('distid'));
    expect(sm2).toHaveLength(2);
    for (const command of commands) await run('bash', ['-c', command], { cwd: into });
    for (const command of sm2) {
      const altered = command
        .replace('-in ', '-in README.txt -in ')
        .replace(/-in README.txt -in \S+/, '-in README.txt');
      await expect(run('bash', ['-c', altered], { cwd: into })).rejects.toThrow();
    }
    const manifest = await readFile(join(into, packagePath.sm3Manifest), 'utf8');
    for (const line of manifest.trimEnd().split('\n')) {
      const { stdout } = await run('openssl', ['dgst', '-sm3', '-r', line.slice(66)], { cwd: into });
      expect(stdout.slice(0, 64)).toBe(line.slice(0, 64));
    }
    expect(manifest).toContain(`data/${work.captureId}.wacz\n`);
  });

  test('sealed by its own keys again, a wrong SM2 part alone is found', async () => {
    const draft = async () => PackageDraft.of(bytes);
    const manifest = (await draft()).get(packagePath.sm3Manifest);
    const other = Uint8Array.from(manifest);
    other[3] = other[3] === 48 ? 49 : 48;
    const cases: [string, Uint8Array, string | undefined, string][] = [
      [packagePath.sm3Manifest, other, 'SIGNATURE_INVALID', packagePath.sm3ManifestSignature],
      [
        packagePath.tagManifestSm2,
        sealer.trust.sm2!.sign(manifest),
        'SIGNATURE_INVALID',
        packagePath.tagManifestSm2,
      ],
      [packagePath.tagManifestSm2, sm3(manifest), 'UNEXPECTED_TAG', packagePath.tagManifestSm2],
    ];
    for (const [path, content, code, entry] of cases) {
      const one = await (await draft()).set(path, content).sealFrom('seal', sealer);
      expect(await judge(one.pack()), path).toEqual({
        verdict: 'invalid',
        row: ['fail', code === 'UNEXPECTED_TAG' ? expect.any(String) : code, entry],
      });
    }
    const wrongDigest = (await draft()).set(packagePath.sm3Manifest, other);
    wrongDigest.set(packagePath.sm3ManifestSignature, sealer.trust.sm2!.sign(other));
    const { row } = await judge((await wrongDigest.sealFrom('seal', sealer)).pack());
    expect(row?.slice(0, 2)).toEqual(['fail', 'HASH_MISMATCH']);
    const missing = await draft();
    missing.members.delete(packagePath.tagManifestSm2);
    expect((await judge((await missing.sealFrom('seal', sealer)).pack())).row).toEqual([
      'fail',
      'ENTRY_MISSING',
      packagePath.tagManifestSm2,
    ]);
  });

  test('without one there is no row', async () => {
    const plain = { ...(await sealer.prepare('plain')) };
    const { sm2: _, ...trust } = plain.trust;
    const { path } = await seal({ ...plain, trust });
    expect(await judge(new Uint8Array(await readFile(path)))).toEqual({ verdict: 'valid', row: undefined });
  });

  test('what is no SM2 key is refused', async () => {
    const other = join(dir, 'p256.key');
    execFileSync('openssl', [
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-out',
      other,
    ]);
    for (const file of [other, join(dir, 'absent'), join(dir, 'service', 'log', 'log.key')])
      await expect(openSm2Key(file)).rejects.toMatchObject({ code: 'KEY_UNREADABLE', entry: file });
  });
});
