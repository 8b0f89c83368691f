import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { verifyPackage } from '#shared/verify/verify-package';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { openOpensslAuthority } from '../../test/fixtures/openssl-authority.ts';
import { createSoftToken, hasSoftToken, type SoftToken } from '../../test/fixtures/soft-token.ts';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { nodePorts } from '../store/node-ports.ts';
import type { SigningKeyOptions } from '../trust/open-signing.ts';
import { pkcs11Keys } from '../trust/pkcs11-keys.ts';
import { Pkcs11Token } from '../trust/pkcs11-token.ts';
import { openTrust } from '../trust/trust.ts';
import { seal } from './seal.ts';
import { sealSteps } from './seal-steps.ts';

const signing = ['certificate-signature', 'xades-signature', 'signature'];
const allSteps = sealSteps.map(({ name }) => name);
const interrupted = process.env.TIEZHENG_LONG === '1' ? allSteps : ['start', ...signing, 'log'];

describe.skipIf(!hasSoftToken)('with a key in a token', () => {
  let dir = '';
  let soft: SoftToken;
  let key: SigningKeyOptions & { provider: 'pkcs11' };
  let sealer: TestSealer;
  const verify = async (path: string) => {
    const { trust, log } = sealer;
    const roots = [trust.ca, ...trust.authorities.flatMap((authority) => authority.roots)];
    return verifyPackage(bytesSource(await readFile(path)), nodePorts, {
      anchors: {
        certificates: roots.map(parseCertificate),
        logKeys: [log.vkey],
        witnessKeys: [],
        policy: { witnesses: 0, timeStamps: 0 },
      },
    });
  };
  const createKey = async (label: string, kind: 'p256' | 'rsa-3072') => {
    const token = await Pkcs11Token.load(soft.options);
    const { publicKey } = await pkcs11Keys(token).create(label, kind);
    await token.close();
    return publicKey;
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'token-seal-'));
    soft = createSoftToken();
    key = { provider: 'pkcs11', keyLabel: 'seal', ...soft.options };
    await createKey('seal', 'p256');
    sealer = await createTestSealer(join(dir, 'built-in'), undefined, undefined, { signing: { key } });
  });
  afterAll(async () => {
    await sealer.close();
    soft.close();
    await rm(dir, { recursive: true });
  });

  test('a package is sealed by it and verifies', async () => {
    const { path } = await seal(await sealer.prepare('sealed'));
    expect((await verify(path)).verdict).toBe('valid');
  });

  test.each(interrupted)('taken out before step %s, it stops the seal until it is back', async (name) => {
    const work = await sealer.prepare(`without-${name}`);
    const steps = sealSteps.map((step) => ({
      ...step,
      run: async (running: Parameters<typeof step.run>[0]) => {
        if (step.name === name) soft.remove();
        await step.run(running);
      },
    }));
    const signs = sealSteps.slice(sealSteps.findIndex((step) => step.name === name));
    const needed = signs.some((step) =>
      ['certificate-signature', 'xades-signature', 'signature'].includes(step.name),
    );
    if (needed) await expect(seal(work, { steps })).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    else await seal(work, { steps });
    soft.putBack();
    expect((await verify((await seal(work)).path)).verdict).toBe('valid');
  });

  test('a start without the token keeps the certificate; a first start needs it', async () => {
    soft.remove();
    const options = { organisation: 'x', now: sealer.now, signing: { key } };
    const again = await openTrust(join(dir, 'built-in', 'trust'), options);
    expect(again.signer.certificate).toEqual(sealer.trust.signer.certificate);
    await expect(again.signer.sign(new Uint8Array())).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    await expect(openTrust(join(dir, 'first'), options)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    soft.putBack();
    await openTrust(join(dir, 'first'), options);
    await writeFile(join(dir, 'first', 'token-signer.pem'), 'damaged');
    await expect(openTrust(join(dir, 'first'), options)).rejects.toMatchObject({ code: 'TRUST_DAMAGED' });
  });

  test('another key of the token gets a certificate of its own', async () => {
    await createKey('next', 'p256');
    const signing = { key: { ...key, keyLabel: 'next' } };
    const next = await openTrust(join(dir, 'built-in', 'trust'), {
      organisation: 'x',
      now: sealer.now,
      signing,
    });
    expect(next.ca).toEqual(sealer.trust.ca);
    expect(parseCertificate(next.signer.certificate).publicKey).not.toEqual(
      parseCertificate(sealer.trust.signer.certificate).publicKey,
    );
  });

  test.skipIf(!hasOpenssl).each(['p256', 'rsa-3072'] as const)(
    'with an intermediate certificate of another authority, %s',
    async (kind) => {
      const label = `operator ${kind}`;
      const authority = await openOpensslAuthority(await createKey(label, kind));
      const chain = parsePem(await readFile(authority.chainFile, 'utf8'), 'CERTIFICATE');
      const own = sealer;
      sealer = await createTestSealer(join(dir, kind), undefined, undefined, {
        signing: {
          key: { ...key, keyLabel: label },
          certificate: { chain, ocspUrl: authority.ocspUrl, crl: authority.crlFile },
        },
      });
      try {
        const { path } = await seal(await sealer.prepare('sealed'));
        const report = await verify(path);
        expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([]);
        expect(report.verdict).toBe('valid');
        expect(authority.answered()).toBe(1);
      } finally {
        await sealer.close();
        sealer = own;
        await authority.close();
      }
    },
  );
});
