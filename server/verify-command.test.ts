import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toPem } from '#shared/pki/pem';
import { packagePath } from '#shared/seal/layout';
import type { Check } from '#shared/verify/report';
import { PackageDraft } from '../test/fixtures/package-draft.ts';
import { createTestSealer, type TestSealer } from '../test/fixtures/test-seal.ts';
import { seal } from './seal/seal.ts';
import type { SealWork } from './seal/seal-work.ts';
import { trustFileOf } from './trust-file.ts';
import { runVerify } from './verify-command.ts';

let dir = '';
let sealer: TestSealer;
let work: SealWork;
let file = '';
let trustFile = '';

/** Runs the command as the command line does, on captured output. */
async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  const code = await runVerify(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { code, stdout, stderr };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'verify-command-'));
  sealer = await createTestSealer(join(dir, 'service'));
  work = await sealer.prepare('one', { title: 'a\u202eb\u001b[31m' });
  await mkdir(join(dir, 'empty'));
  await mkdir(join(dir, 'evidence', work.id), { recursive: true });
  file = join(dir, 'evidence', work.id, `${work.id}.asice`);
  await writeFile(file, await readFile((await seal(work)).path));
  trustFile = join(dir, 'trust.txt');
  await writeFile(trustFile, trustFileOf(sealer.trust, sealer.log));
});
afterAll(async () => {
  await sealer.close();
  await rm(dir, { recursive: true });
});

describe('one package', () => {
  test('valid with the trust file: exit 0, both languages, every check with its reasons', async () => {
    const { code, stdout } = await run(file, '--trust', trustFile);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ 有效:封存后未被更改');
    expect(stdout).toContain('  valid: unchanged since it was sealed');
    expect(stdout).toMatch(/通过 \d+ 项,未通过 0 项,未检查 \d+ 项 · \d+ passed, 0 failed, \d+ not checked/);
    expect(stdout).toContain(`封存包 package: ${work.id}`);
    expect(stdout).toContain('见证方 witnesses: 无:可分叉');
    expect(stdout).toContain('✓ seal-signature\n    证明 ');
    for (const title of ['证明什么', '依据什么', '不能证明什么']) expect(stdout).toContain(`${title} · What`);
  });

  test('an excerpt of what is no recording is not checked and exit 1; without a file or with two packages exit 2', async () => {
    const { code, stdout } = await run(file, '--excerpt', trustFile, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).excerpt).toEqual({
      ...{ file: trustFile, status: 'not-checked', code: 'NOT_PRESENT' },
    });
    expect((await run(file, '--excerpt', trustFile)).stdout).toContain('未检查:封存包内没有录屏');
    expect((await run(file, '--excerpt', join(dir, 'gone'))).code).toBe(2);
    expect((await run(file, file, '--excerpt', trustFile)).code).toBe(2);
    expect((await run(join(dir, 'evidence'), '--excerpt', trustFile)).code).toBe(2);
  });

  test('text of the page cannot act on the terminal', async () => {
    const { stdout } = await run(file);
    expect(stdout).toContain('a[U+202E]b[U+001B][31m');
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  test('without trust: exit 0, says what was not verified; exit 1 with --require-trust', async () => {
    const { code, stdout } = await run(file);
    expect(code).toBe(0);
    expect(stdout).toContain('完整;签署人、时间与日志未验证');
    expect(stdout).toContain('intact; signer, time and log not verified');
    expect(stdout.replaceAll('invalid', '')).not.toMatch(/\bvalid\b/);
    expect((await run(file, '--require-trust')).code).toBe(1);
    expect((await run(file, '--require-trust', '--trust', trustFile)).code).toBe(0);
  });

  test('--json is one object of the fixed shape', async () => {
    const { code, stdout } = await run(file, '--trust', trustFile, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.verdict).toBe('valid');
    expect(report.anchors).toHaveLength(3);
    expect(report.facts.id).toBe(work.id);
    for (const check of report.checks as Check[]) {
      expect(['pass', 'fail', 'not-checked']).toContain(check.status);
      expect(check.code === undefined).toBe(check.status === 'pass');
      expect(Object.keys(check.proves)).toEqual(['zh', 'en']);
      expect(Object.keys(check.restsOn)).toEqual(['zh', 'en']);
    }
  });

  test('trust may be a folder, several files, or one certificate in DER', async () => {
    const folder = join(dir, 'trusted');
    await mkdir(folder);
    await writeFile(join(folder, 'ca.pem'), toPem('CERTIFICATE', sealer.trust.ca));
    await writeFile(join(folder, 'tsa.cer'), sealer.trust.authorities[0]!.roots[0]!);
    await writeFile(join(folder, '.hidden'), 'not a trust file');
    await writeFile(join(dir, 'log.vkey'), `${sealer.log.vkey}\n`);
    const { code, stdout } = await run(file, '--trust', folder, '--trust', join(dir, 'log.vkey'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).verdict).toBe('valid');
  });

  test('one changed byte: exit 1, naming the entry', async () => {
    const bytes = await readFile(file);
    const at = bytes.indexOf('%PDF') + 2000;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    const altered = join(dir, 'altered.asice');
    await writeFile(altered, bytes);
    const { code, stdout } = await run(altered, '--trust', trustFile);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ 无效');
    expect(stdout).toContain('✗ checksums  [CRC_MISMATCH certificate.pdf]');
    expect(stdout).toContain('Nothing: a check failed.');
  });

  test('resealed by somebody else: exit 1 with the real trust file', async () => {
    const stranger = await createTestSealer(join(dir, 'stranger'));
    const draft = await PackageDraft.of(await readFile(file));
    const [authority] = stranger.trust.authorities;
    draft
      .set(packagePath.caCertificate, toPem('CERTIFICATE', stranger.trust.ca))
      .set(packagePath.ocspCertificate, toPem('CERTIFICATE', stranger.trust.ocspCertificate!))
      .set(packagePath.tsa(1), toPem('CERTIFICATE', authority!.certificates[0]!))
      .set(packagePath.tsaCa(1), toPem('CERTIFICATE', authority!.roots[0]!))
      .set(packagePath.logKey, `${stranger.log.vkey}\n`);
    await draft.signCertificate(stranger);
    const forged = join(dir, 'forged.asice');
    await writeFile(forged, (await draft.sealFrom('bundle', stranger)).pack());
    await stranger.close();
    const { code, stdout } = await run(forged, '--trust', trustFile);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ trusted-signer  [SIGNER_NOT_TRUSTED');
    const blind = await run(forged);
    expect(blind.code).toBe(0);
    expect(blind.stdout).toContain('intact; signer, time and log not verified');
  });

  test('not a container: exit 2', async () => {
    const text = join(dir, 'text.asice');
    await writeFile(text, 'not a package');
    const { code, stdout } = await run(text);
    expect(code).toBe(2);
    expect(stdout).toContain('无法读取');
    expect(JSON.parse((await run(text, '--json')).stdout)).toMatchObject({ verdict: 'unreadable' });
  });
});

describe('a folder', () => {
  test('gives one table and the worst exit code', async () => {
    const folder = join(dir, 'mixed');
    await mkdir(join(folder, 'inner'), { recursive: true });
    const bytes = await readFile(file);
    await writeFile(join(folder, 'good.asice'), bytes);
    await writeFile(join(folder, 'note.txt'), 'not looked at');
    expect((await run(folder, '--trust', trustFile)).code).toBe(0);
    await writeFile(join(folder, 'inner', 'longer.asice'), Buffer.concat([bytes, Buffer.of(0)]));
    const one = await run(folder, '--trust', trustFile);
    expect(one.code).toBe(1);
    await writeFile(join(folder, 'zero.asice'), '');
    const { code, stdout } = await run(folder, '--trust', trustFile);
    expect(code).toBe(2);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 3);
    expect(lines[1]).toMatch(new RegExp(`^有效 valid\t\\d+/0/\\d+\t${work.id}\t.*good\\.asice\t$`));
    expect(lines[2]).toMatch(/^无效 invalid\t0\/1\/\d+\t-\t.*longer\.asice\tcontainer: TRAILING_BYTES/);
    expect(lines[3]).toMatch(/^无法读取 unreadable\t.*zero\.asice\tcontainer: NOT_A_ZIP/);
    const json = JSON.parse((await run(folder, '--json')).stdout);
    expect(json.packages.map(({ verdict }: { verdict: string }) => verdict)).toEqual([
      'intact',
      'invalid',
      'unreadable',
    ]);
  });
});

describe('--report', () => {
  let folder = '';
  beforeAll(async () => {
    folder = join(dir, 'to-record');
    await mkdir(folder);
    const bytes = await readFile(file);
    await writeFile(join(folder, 'a<b>&c.asice'), bytes);
    await writeFile(join(folder, 'longer.asice'), Buffer.concat([bytes, Buffer.of(0)]));
    await writeFile(join(folder, 'zero.asice'), '');
  });

  test('writes a printable record in plain Chinese: overview, anchors, one table, a page for each package', async () => {
    const path = join(dir, 'record.txt');
    const { code, stdout } = await run(folder, '--trust', trustFile, '--report', path);
    expect(code).toBe(2);
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    const text = await readFile(path, 'utf8');
    expect(text.startsWith('电子数据封存包核验记录\n')).toBe(true);
    expect(text).toContain('  结果:有效 1 件,完整 0 件,无效 1 件,无法读取 1 件\n');
    expect(text).toMatch(/根证书:.*CN=Tiezheng Trial CA .*,SHA-256 [0-9a-f]{64}\n/);
    expect(text).toContain(`日志公钥:${sealer.log.vkey}\n`);
    expect(text).toMatch(
      new RegExp(`  1\\. ${work.id}\n     结论:有效\n     通过/未通过/未检查:\\d+/0/\\d+\n`),
    );
    expect(text).toMatch(/ {2}2\. .*longer\.asice\n {5}结论:无效\n/);
    expect(text).toContain('✓ 有效:封存后未被更改');
    expect(text).toContain('✗ 无效:1 项检查未通过');
    expect(text).toContain(':未通过:TRAILING_BYTES');
    expect(text).toMatch(/未检查\(所依据的检查未通过,\d+ 项\):/);
    expect(text).toContain('不证明网页内容属实。');
    expect(text).toContain('核验人(签名)');
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  test('as HTML loads nothing, runs nothing, and holds names of files as text', async () => {
    const path = join(dir, 'record.html');
    await run(folder, '--report', path);
    const html = await readFile(path, 'utf8');
    expect(html).toContain('a&lt;b&gt;&amp;c.asice');
    expect(html).not.toContain('a<b>');
    expect(html).toContain(`default-src 'none'`);
    expect(html.match(/<hr class="page">/g)).toHaveLength(3);
    expect(html).not.toMatch(/<script|<link|(?:src|href)=|\son[a-z]+=/);
    expect(html).toContain('未给出信任锚');
  });

  test('cannot be anything else, nor lie where nothing can be written', async () => {
    expect(await run(file, '--report', join(dir, 'record.pdf'))).toMatchObject({ code: 2, stdout: '' });
    const { code, stderr } = await run(file, '--report', join(file, 'record.txt'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^✗ .*cannot write .*record\.txt: WRITE_FAILED/);
  });
});

describe('a command line that cannot be followed ends in one sentence and exit 2', () => {
  test.each([
    ['nothing to verify', () => [], /name a package or a folder/],
    ['an unknown option', () => [file, '--trsut', 'x'], /--trsut/],
    ['a missing file', () => [join(dir, 'absent.asice')], /no such file: .*absent\.asice/],
    ['a folder without packages', () => [join(dir, 'empty')], /no \.asice/],
    ['a missing trust file', () => [file, '--trust', join(dir, 'absent.txt')], /no such trust file/],
    ['a trust file that is none', () => [file, '--trust', file], /unusable trust file/],
  ])('%s', async (_, argv, sentence) => {
    const { code, stdout, stderr } = await run(...argv());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test('--help is no error', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--require-trust');
  });
});

test('as a program of its own, without a service', async () => {
  const args = ['server/bin.mjs', 'verify', file, '--trust', trustFile, '--json'];
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, (error, out) => (error === null ? resolve(out) : reject(error)));
  });
  expect(JSON.parse(stdout).verdict).toBe('valid');
});
