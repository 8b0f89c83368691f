import { execFile, spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { sha256, sha256Hex } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { packagePath } from '#shared/seal/layout';
import { packageOrder } from '#shared/seal/package-member';
import { readmeCommands } from '#shared/seal/readme';
import { sealLeafHash } from '#shared/seal/seal-leaf';
import { createTestSealer, type TestSealer, type TestSealWork } from '../../test/fixtures/test-seal.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTrust } from '../trust/trust.ts';
import { sealLeaf } from './append-seal-leaf.ts';
import { type SealedFile, seal } from './seal.ts';
import { sealSteps } from './seal-steps.ts';
import type { SealStep } from './seal-work.ts';

const run = promisify(execFile);
const needed = ['unzip', 'openssl', 'sha256sum', 'bash'];
const missing = needed.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
if (missing.length > 0)
  console.warn(`SKIPPED: ${missing.join(', ')} not installed; README commands are not run`);

let folder = '';
let sealer: TestSealer;
let work: TestSealWork;
let sealed: SealedFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seal-'));
  sealer = await createTestSealer(folder);
  work = await sealer.prepare('first', { title: '𠮷野家 首页', url: 'http://127.0.0.1:8801/heavy/' });
  sealed = await seal(work);
});
afterAll(async () => {
  await sealer.close();
  await rm(folder, { recursive: true });
});

/** Members of a finished package by path. */
async function membersOf({ path }: SealedFile): Promise<Map<string, Uint8Array>> {
  const source = bytesSource(await readFile(path));
  const { entries } = await openCanonicalZip(source);
  const members = new Map<string, Uint8Array>();
  for (const entry of entries) members.set(entry.name, await readEntry(source, entry));
  return members;
}

test('a sealed package is the canonical ZIP of the layout, in its order, bundle byte for byte', async () => {
  const members = await membersOf(sealed);
  const paths = [...members.keys()];
  expect(paths).toEqual(packageOrder(paths));
  expect(paths).toEqual([
    ...['mimetype', 'bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'],
    ...['README.txt', 'certificate.pdf', 'receipt.json'],
    ...['trust/ca.pem', 'trust/log.vkey', 'trust/ocsp.pem', 'trust/tsa-1.pem', 'trust/tsa-ca-1.pem'],
    ...[`data/${work.captureId}.wacz`, `data/${work.captureId}.wacz.tsr`],
    ...[
      'META-INF/manifest.xml',
      'META-INF/signatures001.xml',
      'META-INF/tagmanifest-sha256.txt.cms',
      'META-INF/tagmanifest-sha256.txt.tsr',
    ],
    ...['META-INF/sealmanifest-sha256.txt', 'META-INF/tagmanifest-sha256.txt.tlog-proof'],
  ]);
  expect(members.get(packagePath.bundle(work.captureId))).toEqual(
    new Uint8Array(await readFile(work.bundlePath)),
  );
  const bytes = await readFile(sealed.path);
  expect(sealed).toMatchObject({ bytes: bytes.length, sha256: sha256Hex(bytes) });
});

test('the log proof is of the leaf that names bundle, manifests and predecessor', async () => {
  const leaf = await sealLeaf(work);
  expect(sealLeafHash(leaf)).toBe(sealed.leafHash);
  const proof = fromUtf8((await membersOf(sealed)).get(packagePath.logProof) ?? new Uint8Array());
  await verifyTlogProof(nodePorts, proof, leafBytes(leaf), { logKeys: [sealer.log.vkey] });
  const other = leafBytes({ ...leaf, previous: sealed.leafHash });
  await expect(verifyTlogProof(nodePorts, proof, other, { logKeys: [sealer.log.vkey] })).rejects.toThrow(
    expect.objectContaining({ code: 'INCLUSION_INVALID' }),
  );
});

test('sealing again changes nothing', async () => {
  const before = await readFile(sealed.path);
  const names: string[] = [];
  expect(await seal(work, { onStep: (name) => void names.push(name) })).toEqual(sealed);
  expect(names).toEqual(sealSteps.map(({ name }) => name));
  expect(Buffer.compare(before, await readFile(sealed.path))).toBe(0);
});

describe.skipIf(missing.length > 0)('with ordinary tools', () => {
  let unzipped = '';
  let commands: string[] = [];
  const paste = (command: string, cwd = unzipped) => run('bash', ['-c', command], { cwd });
  beforeAll(async () => {
    unzipped = join(folder, 'unzipped');
    await run('unzip', ['-q', sealed.path, '-d', unzipped]);
    commands = readmeCommands(await readFile(join(unzipped, 'README.txt'), 'utf8'));
  });

  test('every command of the README works when pasted', async () => {
    expect(commands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
      'sha256sum trust/ca.pem trust/tsa-ca-1.pem',
      'sha256sum -c --strict',
      'openssl cms -verify',
      'openssl ts -verify',
      'openssl ts -verify',
      'openssl ts -reply',
      expect.stringMatching(/^unzip -q -o/),
      'openssl ts -verify',
      'openssl ts -reply',
      'openssl ts -verify',
      'openssl cms -verify',
    ]);
    for (const command of commands) {
      const { stdout, stderr } = await paste(command);
      if (command.startsWith('openssl ts -verify')) expect(stdout).toContain('Verification: OK');
      if (command.startsWith('openssl cms')) expect(stderr).toContain('CAdES Verification successful');
      if (command.includes(' -c ')) expect(stdout.match(/: OK$/gm)).toHaveLength(2 + 11 + 4);
    }
  });

  test('the README begins with the comparison of the roots', async () => {
    const text = await readFile(join(unzipped, 'README.txt'), 'utf8');
    expect(text.split('\n')[2]).toMatch(/^0\. 先比对信任根/);
    expect(text.indexOf('trust/ca.pem')).toBeLessThan(text.indexOf('openssl'));
  });

  test.each([
    ['tagmanifest-sha256.txt', ['sha256sum -c', 'openssl cms', 'openssl ts -verify -data tagmanifest']],
    ['data/BUNDLE', ['sha256sum -c', 'openssl ts -verify -data data/']],
    ['certificate.pdf', ['sha256sum -c']],
    ['trust/ca.pem', ['sha256sum -c', 'openssl cms']],
    ['META-INF/tagmanifest-sha256.txt.cms', ['sha256sum -c', 'openssl cms']],
    ['META-INF/tagmanifest-sha256.txt.tsr', ['sha256sum -c', 'openssl ts -verify -data tagmanifest']],
    ['unpacked/evidence/journal.jsonl', ['openssl ts -verify -data unpacked/']],
  ])('one altered byte in %s makes the tools that cover it fail', async (name, failing) => {
    const copy = join(folder, 'altered', name.replaceAll('/', '_'));
    await mkdir(join(folder, 'altered'), { recursive: true });
    await cp(unzipped, copy, { recursive: true });
    const unpack = commands.find((command) => command.startsWith('unzip'));
    await paste(unpack ?? 'false', copy);
    const file = join(copy, name.replace('BUNDLE', `${work.captureId}.wacz`));
    const bytes = await readFile(file);
    // The digest inside signature and token; what openssl leaves unread there is the verifier's to refuse.
    const inside = bytes.indexOf(sha256(await readFile(join(copy, packagePath.tagManifest))));
    const at = inside < 0 ? bytes.length >> 1 : inside;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(file, bytes);
    for (const start of failing) {
      const covering = commands.filter((command) => command.startsWith(start));
      expect(covering).not.toEqual([]);
      for (const command of covering) await expect(paste(command, copy), command).rejects.toThrow();
    }
  });

  test('after the certificates have expired only the commands with -attime still verify', async () => {
    const century = 4_102_444_800;
    const cms = commands.filter((command) => command.startsWith('openssl cms'));
    await expect(paste(`${cms[0]} -attime ${century}`)).rejects.toThrow(/expired/);
    expect(cms[1]).toContain('-attime "$(date');
    expect((await paste(cms[1] ?? '')).stderr).toContain('CAdES Verification successful');
  });

  test('a bundle without anchor gets a README without that command', async () => {
    const plain = await sealer.prepare('plain', { unanchored: true });
    const { path } = await seal(plain);
    const into = join(folder, 'plain-unzipped');
    await run('unzip', ['-q', path, '-d', into]);
    const its = readmeCommands(await readFile(join(into, 'README.txt'), 'utf8'));
    expect(its).toHaveLength(commands.length - 3);
    for (const command of its) await paste(command, into);
  });
});

describe('a seal that is interrupted', () => {
  class Killed extends Error {}
  /** `sealSteps`, one of which throws instead of, or right after, running. */
  const killed = (name: string, when: 'before' | 'after'): SealStep[] =>
    sealSteps.map((step) => ({
      ...step,
      async run(running) {
        if (step.name === name && when === 'before') throw new Killed();
        await step.run(running);
        if (step.name === name) throw new Killed();
      },
    }));

  test('is finished by the same call, with nothing made twice, wherever it stopped', async () => {
    const resumed = await sealer.prepare('resumed');
    let seen = new Map<string, string>();
    // Without a second look there is nothing for that step to do.
    for (const { name } of sealSteps.filter((step) => step.outputs(resumed).length > 0)) {
      for (const when of ['before', 'after'] as const) {
        await expect(seal(resumed, { steps: killed(name, when) })).rejects.toThrow(Killed);
        const now = await snapshot(resumed.dir);
        for (const [path, digest] of seen) expect(now.get(path), `${path} ${when} ${name}`).toBe(digest);
        seen = now;
      }
    }
    const { path, sha256 } = await seal(resumed);
    expect(sha256Hex(await readFile(path))).toBe(sha256);
  });

  test('is begun anew when the keys were replaced before it was logged, and left alone after', async () => {
    const rotated = await sealer.prepare('rotated');
    const other = await openTrust(join(folder, 'other-trust'), { organisation: 'Other', now: sealer.now });
    await expect(seal(rotated, { steps: killed('signature', 'after') })).rejects.toThrow(Killed);
    const first = await snapshot(rotated.dir);
    const resumed = { ...rotated, trust: { ...other, organisation: 'Other' } };
    await expect(seal(resumed, { steps: killed('log', 'after') })).rejects.toThrow(Killed);
    const second = await snapshot(rotated.dir);
    const signature = `members/${packagePath.cms}`;
    expect(second.get(signature)).not.toBe(first.get(signature));
    await expect(seal(rotated, { steps: killed('package', 'after') })).rejects.toThrow(Killed);
    expect((await snapshot(rotated.dir)).get(signature)).toBe(second.get(signature));
  });

  test('ignores what a killed process left half-written', async () => {
    const torn = await sealer.prepare('torn');
    await expect(seal(torn, { steps: killed('bag', 'after') })).rejects.toThrow(Killed);
    await writeFile(join(torn.dir, 'members', '.README.txt.0a1b2c.tmp'), 'half');
    await seal(torn);
  });

  test('does not seal a bundle that is no longer the verified one', async () => {
    const swapped = await sealer.prepare('swapped');
    await expect(seal(swapped, { steps: killed('seal-manifest', 'after') })).rejects.toThrow(Killed);
    await copyFile(work.bundlePath, swapped.bundlePath);
    await expect(seal(swapped)).rejects.toMatchObject({
      code: 'BUNDLE_CHANGED',
      entry: packagePath.bundle(swapped.captureId),
    });
    expect(await readdir(swapped.dir)).not.toContain(`${swapped.id}.asice`);
  });

  test('waits while no authority stamps, and takes the next one when the first fails', async () => {
    const [authority] = sealer.trust.authorities;
    const outside = await openTrust(join(folder, 'outside'), { organisation: 'Outside', now: sealer.now });
    const down = { ...outside.authorities[0]!, stamp: async () => Promise.reject(new Error('offline')) };
    const waiting = await sealer.prepare('waiting');
    const cut = { ...waiting, trust: { ...sealer.trust, authorities: [down] } };
    await expect(seal(cut)).rejects.toMatchObject({ code: 'TOO_FEW_TIME_STAMPS' });
    const none = { ...waiting, trust: { ...sealer.trust, authorities: [] } };
    await expect(seal(none)).rejects.toMatchObject({ code: 'NO_TIME_STAMP_AUTHORITY' });
    await seal({ ...waiting, trust: { ...sealer.trust, authorities: [down, authority!] } });
  });
});

test('whatever is not signed is the same for the same input', async () => {
  const [one, two] = [join(folder, 'same-1'), join(folder, 'same-2')];
  const input = await sealer.prepare('same');
  const at = input.now();
  const recorded = [packagePath.bundleToken(input.captureId), packagePath.certificate];
  const first = await membersOf(await seal({ ...input, dir: one, now: () => at }));
  for (const path of recorded) {
    await mkdir(dirname(join(two, 'members', path)), { recursive: true });
    await copyFile(join(one, 'members', path), join(two, 'members', path));
  }
  for (const name of ['seal.json', 'time-stamps.json']) await copyFile(join(one, name), join(two, name));
  const second = await membersOf(await seal({ ...input, dir: two, now: () => at }));
  const differing = [...first.keys()].filter(
    (path) => Buffer.compare(first.get(path) ?? Buffer.of(), second.get(path) ?? Buffer.of()) !== 0,
  );
  expect(differing).toEqual([
    packagePath.xades,
    packagePath.cms,
    packagePath.token,
    packagePath.sealManifest,
    packagePath.logProof,
  ]);
  const unsigned = (dir: string) => readFile(join(dir, 'certificate-unsigned.pdf'));
  expect(Buffer.compare(await unsigned(one), await unsigned(two))).toBe(0);
});

/** Path → digest of every file below a folder. */
async function snapshot(dir: string): Promise<Map<string, string>> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const digests = new Map<string, string>();
  for (const file of files.filter((one) => one.isFile())) {
    const path = join(file.parentPath, file.name);
    digests.set(path.slice(dir.length + 1), sha256Hex(await readFile(path)));
  }
  return digests;
}
