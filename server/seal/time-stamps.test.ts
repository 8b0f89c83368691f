import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { parseCertificate } from '#shared/pki/certificate';
import { readmeCommands } from '#shared/seal/readme';
import { noAnchors } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { openOpensslTimeStamps } from '../../test/fixtures/openssl-time-stamps.ts';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTrust } from '../trust/trust.ts';
import { seal } from './seal.ts';
import { sealSteps } from './seal-steps.ts';
import type { SealStep, SealWork } from './seal-work.ts';

const run = promisify(execFile);
const stamping = ['certificate-signature', 'xades-signature', 'signature', 'seal-time-stamp'];
const failing = process.env.TIEZHENG_LONG === '1' ? stamping : [stamping[0]!, stamping[3]!];
type Service = Awaited<ReturnType<typeof openOpensslTimeStamps>>;

if (!hasOpenssl) console.warn('SKIPPED: openssl is not installed; time-stamp services are not tested');

describe.skipIf(!hasOpenssl)('with several RFC 3161 services', () => {
  let dir = '';
  let services: [Service, Service, Service];
  let twin: Service;
  let sealer: TestSealer;
  let count = 0;

  const trustWith = (used: readonly Service[], requiredTimeStamps: number) =>
    openTrust(join(dir, 'service', 'trust'), {
      organisation: 'x',
      now: sealer.now,
      timeStampServices: used.map(({ options }) => options),
      requiredTimeStamps,
    });
  const prepare = async (required: number, used: readonly Service[] = services): Promise<SealWork> => ({
    ...(await sealer.prepare(`work-${count++}`)),
    trust: await trustWith(used, required),
    // Challenge and anchor of these bundles are by the built-in authority.
    earlierAnchors: { ...noAnchors, certificates: sealer.trust.authorities[0]!.roots.map(parseCertificate) },
  });
  /** `sealSteps`, with something done before one of them, once. */
  const before = (name: string, act: () => void): SealStep[] => {
    let done = false;
    return sealSteps.map((step) => ({
      ...step,
      run: async (work) => {
        if (step.name === name && !done) act();
        done ||= step.name === name;
        await step.run(work);
      },
    }));
  };
  const judge = async (path: string, timeStamps: number) =>
    verifyPackage(bytesSource(await readFile(path)), nodePorts, {
      anchors: {
        certificates: [
          sealer.trust.ca,
          ...services.flatMap(({ options }) => options.roots),
          ...sealer.trust.authorities[0]!.roots,
        ].map(parseCertificate),
        logKeys: [sealer.log.vkey],
        witnessKeys: [],
        policy: { witnesses: 0, timeStamps },
      },
    });
  const entriesOf = async (path: string) =>
    (await openCanonicalZip(bytesSource(await readFile(path)))).entries.map(({ name }) => name);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'time-stamps-'));
    services = [
      await openOpensslTimeStamps('First TSA'),
      await openOpensslTimeStamps('Second TSA'),
      await openOpensslTimeStamps('Third TSA'),
    ];
    twin = await openOpensslTimeStamps('Twin TSA', services[0]);
    sealer = await createTestSealer(join(dir, 'service'));
  });
  beforeEach(() => {
    for (const service of [...services, twin]) service.behaviour = 'answers';
  });
  afterAll(async () => {
    await sealer.close();
    for (const service of [...services, twin]) await service.close();
    await rm(dir, { recursive: true });
  });

  test('two of three stamp the seal; readers who demand two are satisfied, who demand three are not', async () => {
    const { path } = await seal(await prepare(2));
    expect(await entriesOf(path)).toEqual(
      expect.arrayContaining([
        'META-INF/tagmanifest-sha256.txt.2.tsr',
        'trust/tsa-2.pem',
        'trust/tsa-ca-2.pem',
      ]),
    );
    const report = await judge(path, 2);
    expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.facts.sealed?.authority).toBe('First TSA');
    expect(report.facts.alsoSealed?.map(({ authority }) => authority)).toEqual(['Second TSA']);
    expect((await judge(path, 3)).verdict).toBe('invalid');
    const into = join(dir, 'unzipped');
    await run('unzip', ['-q', path, '-d', into]);
    const commands = readmeCommands(await readFile(join(into, 'README.txt'), 'utf8'));
    expect(commands.filter((command) => command.includes('.2.tsr'))).toHaveLength(1);
    for (const command of commands) await run('bash', ['-c', command], { cwd: into });
  });

  test.each(['refuses', 'hangs', 'other-digest'] as const)(
    'one that %s does not stop the seal',
    async (behaviour) => {
      services[0].behaviour = behaviour;
      const { path } = await seal(await prepare(2));
      const { facts, verdict } = await judge(path, 2);
      expect(verdict).toBe('valid');
      expect(facts.sealed?.authority).toBe('Second TSA');
    },
  );

  test.each(failing)('one that fails before step %s is replaced, and the seal begun anew', async (name) => {
    const { path } = await seal(await prepare(2), {
      steps: before(name, () => {
        services[0].behaviour = 'refuses';
      }),
    });
    const { facts, verdict } = await judge(path, 2);
    expect(verdict).toBe('valid');
    expect([facts.sealed?.authority, facts.alsoSealed?.[0]?.authority]).toEqual(['Second TSA', 'Third TSA']);
  });

  test('one that changes its certificate in between is asked anew', async () => {
    const work = await prepare(1, [services[2]]);
    const { path } = await seal(work, { steps: before('signature', () => services[2].replaceSigner()) });
    expect((await judge(path, 1)).verdict).toBe('valid');
  });

  test('too few wait with a code, and the same call goes on when they are back', async () => {
    for (const service of services.slice(1)) service.behaviour = 'refuses';
    const work = await prepare(2);
    await expect(seal(work)).rejects.toMatchObject({ code: 'TOO_FEW_TIME_STAMPS' });
    services[1].behaviour = 'answers';
    const late = before('seal-time-stamp', () => {
      services[1].behaviour = 'refuses';
    });
    await expect(seal(work, { steps: late })).rejects.toMatchObject({ code: 'TOO_FEW_TIME_STAMPS' });
    services[1].behaviour = 'answers';
    expect((await judge((await seal(work)).path, 2)).verdict).toBe('valid');
  });

  test('two services of one authority share a root and count as two; the same one twice does not', async () => {
    const { path } = await seal(await prepare(2, [services[0], twin]));
    expect((await judge(path, 2)).verdict).toBe('valid');
    const names = await entriesOf(path);
    expect(names).toEqual(
      expect.arrayContaining(['trust/tsa-1.pem', 'trust/tsa-2.pem', 'trust/tsa-ca-1.pem']),
    );
    // The second root is the one of challenge and anchor, made by the built-in authority this trust no longer has.
    expect(names).not.toContain('trust/tsa-ca-2.pem');
    const doubled = { ...services[0], options: { ...services[0].options, name: 'again' } };
    await expect(seal(await prepare(2, [services[0], doubled]))).rejects.toMatchObject({
      code: 'TOO_FEW_TIME_STAMPS',
      message: expect.stringContaining('same certificate'),
    });
  });

  test('challenge and anchor by another of the services: its certificates are in the package too', async () => {
    const own = await createTestSealer(join(dir, 'other'), undefined, undefined, {
      timeStampServices: services.map(({ options }) => options),
    });
    try {
      const work = await own.prepare('anchored');
      services[0].behaviour = 'refuses';
      const { path } = await seal(work);
      expect(await entriesOf(path)).toEqual(
        expect.arrayContaining(['trust/tsa-2.pem', 'trust/tsa-ca-2.pem']),
      );
      const into = join(dir, 'anchored-unzipped');
      await run('unzip', ['-q', path, '-d', into]);
      const commands = readmeCommands(await readFile(join(into, 'README.txt'), 'utf8'));
      expect(commands.filter((command) => command.includes('tsa-ca-2.pem')).length).toBeGreaterThan(1);
      for (const command of commands) await run('bash', ['-c', command], { cwd: into });
    } finally {
      await own.close();
    }
  });
});
