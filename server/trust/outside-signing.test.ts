import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { verifyOcsp } from '#shared/pki/verify-ocsp';
import { hasOpenssl } from '../../test/fixtures/has-openssl.ts';
import { type OpensslAuthority, openOpensslAuthority } from '../../test/fixtures/openssl-authority.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTrust, type TrustOptions } from './trust.ts';

if (!hasOpenssl) console.warn('SKIPPED: openssl is not installed; certificates of others are not tested');

describe.skipIf(!hasOpenssl)('with the certificate of another authority', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outside-signing-'));
  const now = () => new Date();
  let authority: OpensslAuthority;
  let options: TrustOptions & { signing: NonNullable<TrustOptions['signing']> };
  const chain = () => parsePem(readFileSync(authority.chainFile, 'utf8'), 'CERTIFICATE');
  const open = (signing: Partial<NonNullable<TrustOptions['signing']>> = {}) =>
    openTrust(join(dir, 'trust'), { ...options, signing: { ...options.signing, ...signing } });
  const certificate = (overrides: object) => ({ ...options.signing.certificate!, ...overrides });

  beforeAll(async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyFile = join(dir, 'operator.key');
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    authority = await openOpensslAuthority(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })));
    const { ocspUrl, crlFile } = authority;
    options = {
      organisation: 'Operator',
      now,
      signing: {
        key: { provider: 'pem', keyFile },
        certificate: { chain: chain(), ocspUrl, crl: crlFile, retryDelayMs: 5 },
      },
    };
  });
  afterAll(async () => {
    await authority.close();
    rmSync(dir, { recursive: true });
  });

  test('signs with its key, and passes on what its authority says', async () => {
    const trust = await open();
    expect(trust.selfIssued).toBe(false);
    const [signer, issuer, root] = chain().map(parseCertificate);
    expect(trust.ca).toEqual(root?.der);
    expect(trust.signer.chain).toEqual([issuer?.der, root?.der]);
    const data = toUtf8('x');
    const signature = await trust.signer.sign(data);
    const { algorithm } = trust.signer;
    const { publicKey } = signer!;
    expect(await nodePorts.verifySignature({ algorithm, publicKey, data, signature })).toBe(true);
    const since = Date.now();
    const ocsp = await trust.ocsp(signer!.der, since);
    const status = { certificate: signer!, issuer: issuer!, since };
    await expect(verifyOcsp(nodePorts, ocsp, status)).resolves.toMatchObject({});
    await expect(trust.ocsp(root!.der)).rejects.toMatchObject({ code: 'NOT_ISSUED_HERE' });
    expect([...(await trust.respondToOcspRequest(toUtf8('x')))]).toEqual([0x30, 3, 0x0a, 1, 6]);
  });

  test('an authority that is away is waited for; a CRL at hand serves while it is valid', async () => {
    const trust = await open();
    const crl = await trust.crl();
    authority.online = false;
    const asked = trust.ocsp(trust.signer.certificate);
    await expect(asked).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE', entry: authority.ocspUrl });
    authority.online = true;
    await trust.ocsp(trust.signer.certificate);

    const kept = readFileSync(authority.crlFile);
    rmSync(authority.crlFile);
    expect(await trust.crl()).toEqual(crl);
    let at = Date.now();
    const slow = await openTrust(join(dir, 'trust'), { ...options, now: () => new Date(at) });
    await expect(slow.crl()).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE', entry: authority.crlFile });
    writeFileSync(authority.crlFile, kept);
    await slow.crl();
    rmSync(authority.crlFile);
    at += 2 * 3_600_000;
    expect(await slow.crl()).toEqual(crl);
    at += 40 * 86_400_000;
    await expect(slow.crl()).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' });
    writeFileSync(authority.crlFile, kept);
    await expect(slow.crl()).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' });
    writeFileSync(authority.crlFile, 'no list');
    await expect((await open()).crl()).rejects.toMatchObject({ code: 'STATUS_UNAVAILABLE' });
    writeFileSync(authority.crlFile, kept);
  });

  test('what cannot be used is said at the start', async () => {
    const [signer, issuer, root] = chain();
    const other = (await openTrust(join(dir, 'other'), { organisation: 'x', now })).ca;
    const cases: [readonly Uint8Array[], string][] = [
      [[signer!, issuer!], 'root certificate is missing'],
      [[signer!, root!], 'ISSUER_UNKNOWN'],
      [[signer!, issuer!, other], 'ISSUER_UNKNOWN'],
      [[root!], 'root certificate is missing'],
      [[root!, root!], 'may not sign'],
      [[toUtf8('x')], ''],
      [[], 'no certificate'],
    ];
    for (const [given, message] of cases)
      await expect(open({ certificate: certificate({ chain: given }) })).rejects.toMatchObject({
        code: 'CERTIFICATE_UNUSABLE',
        message: expect.stringContaining(message),
      });
    const later = openTrust(join(dir, 'trust'), {
      ...options,
      now: () => new Date(Date.now() + 40 * 86_400_000),
    });
    await expect(later).rejects.toMatchObject({ message: expect.stringContaining('EXPIRED') });
    const key = { provider: 'pem', keyFile: join(dir, 'trust', 'trial', 'signer.key') } as const;
    await expect(open({ key })).rejects.toMatchObject({ code: 'KEY_MISMATCH', entry: key.keyFile });
    const absent = { provider: 'pem', keyFile: join(dir, 'absent') } as const;
    await expect(open({ key: absent })).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  test('a revoked certificate signs no more', async () => {
    const trust = await open();
    authority.revoke();
    await expect(trust.ocsp(trust.signer.certificate)).rejects.toMatchObject({ code: 'CERTIFICATE_REVOKED' });
    await expect(trust.crl()).rejects.toMatchObject({ code: 'CERTIFICATE_REVOKED' });
  });
});
