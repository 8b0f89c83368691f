import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#shared/lib/equal-bytes';
import { toHex } from '#shared/lib/hex';
import { toUtf8 } from '#shared/lib/utf8';
import { buildCertificate, type CertificateInput } from '#shared/pki/build-certificate';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { buildDistinguishedName } from '#shared/pki/distinguished-name';
import { oid } from '#shared/pki/oid';
import { parsePem, toPem } from '#shared/pki/pem';
import { writeDurable } from '../store/durable-file.ts';
import { ipBytes } from './ip-bytes.ts';
import type { KeyHandle } from './key-provider.ts';
import { pemKeys } from './pem-keys.ts';
import { randomSerial } from './trial-certificates.ts';
import { makeTrialSet, removeKeys, trialSets } from './trial-folders.ts';

const DAY = 86_400_000;
const CA_DAYS = 3652;
/** A new authority while everything the old one issued still holds. */
const CA_RENEW_DAYS = 800;
/** Browsers refuse server certificates that are valid longer (CA/Browser Forum BR §6.3.2). */
const SERVER_DAYS = 397;
const SERVER_RENEW_DAYS = 60;
const DEVICE_DAYS = 730;
const DEVICE_RENEW_DAYS = 180;
const MAX_NAME = 64;

/** Key and certificate a TLS server shows, PEM; the chain below the root in it. */
export interface ServerIdentity {
  readonly key: string;
  readonly certificate: string;
}

/**
 * Issues certificates for getting in: the service's own for https, and the devices' for their keys. It is not the
 * authority that seals: whatever gets hold of one of these certificates can sign nothing that passes for a seal.
 */
export interface AccessAuthority {
  /** Self-issued root, PEM: for browsers that shall reach the service by https. */
  readonly root: string;
  /** The service's certificate for these names and addresses; a new one where names changed or it runs out. */
  serverIdentity(names: readonly string[]): Promise<ServerIdentity>;
  /** A certificate for a device's key, DER. */
  certifyDevice(id: string, publicKey: Uint8Array): Promise<Uint8Array>;
  /** Whether a device's certificate is by another root, or runs out soon. */
  isDue(certificate: Uint8Array): boolean;
}

interface Options {
  readonly organisation: string;
  now(): Date;
}

/** Opens the authority in `dir`, making it, durably, where there is none or where it runs out. @throws TrustError */
export async function openAccessAuthority(dir: string, options: Options): Promise<AccessAuthority> {
  let sets = await trialSets(dir);
  const newest = sets.at(-1);
  const isOld =
    newest === undefined ||
    daysLeft(await certificateIn(join(dir, newest), 'ca'), options.now()) < CA_RENEW_DAYS;
  if (isOld) {
    await makeTrialSet(dir, sets, (folder) => makeRoot(folder, options));
    sets = await trialSets(dir);
  }
  await removeKeys(dir, sets.slice(0, -1));
  const folder = join(dir, sets.at(-1) ?? '');
  const ca = await certificateIn(folder, 'ca');
  const key = await pemKeys(folder).open('ca');
  return {
    root: toPem('CERTIFICATE', ca.der),
    serverIdentity: (names) => serverIdentity(folder, { ca, key }, names, options),
    certifyDevice: (id, publicKey) =>
      issue({ ca, key }, options, {
        subject: nameOf(options.organisation, `Device ${id}`),
        publicKey,
        days: DEVICE_DAYS,
        keyUsage: ['digitalSignature'],
        extKeyUsage: [oid.clientAuth],
      }),
    isDue(der) {
      const certificate = parseCertificate(der);
      const isOurs = equalBytes(certificate.issuer.der, ca.subject.der);
      return !isOurs || daysLeft(certificate, options.now()) < DEVICE_RENEW_DAYS;
    },
  };
}

interface Issuer {
  readonly ca: Certificate;
  readonly key: KeyHandle;
}

async function makeRoot(folder: string, { organisation, now }: Options): Promise<void> {
  const key = await pemKeys(folder).create('ca', 'p256');
  const suffix = toHex(randomBytes(4));
  const name = nameOf(organisation, `Tiezheng Trial Access CA (self-issued) ${suffix}`);
  const notBefore = now().getTime() - DAY;
  const root = {
    serial: randomSerial(),
    issuer: name,
    subject: name,
    notBefore,
    notAfter: notBefore + CA_DAYS * DAY,
    publicKey: key.publicKey,
    issuerPublicKey: key.publicKey,
    pathLength: 0,
    keyUsage: ['keyCertSign', 'cRLSign'],
  } as const;
  const der = await buildCertificate(root, key);
  await writeDurable(join(folder, 'ca.pem'), toUtf8(toPem('CERTIFICATE', der)));
}

async function serverIdentity(
  folder: string,
  issuer: Issuer,
  names: readonly string[],
  options: Options,
): Promise<ServerIdentity> {
  const known = await readServer(folder);
  const namesFile = join(folder, 'server.names');
  const wanted = `${[...new Set(names)].sort().join('\n')}\n`;
  const isFit =
    known !== undefined &&
    (await readFile(namesFile, 'utf8').catch(() => '')) === wanted &&
    daysLeft(known, options.now()) >= SERVER_RENEW_DAYS;
  if (!isFit) {
    const key = await pemKeys(folder).create('server', 'p256');
    const der = await issue(issuer, options, {
      subject: nameOf(options.organisation, names[0] ?? 'localhost'),
      publicKey: key.publicKey,
      days: SERVER_DAYS,
      keyUsage: ['digitalSignature'],
      extKeyUsage: [oid.serverAuth],
      subjectAltNames: [...new Set(names)].map((name) => {
        const address = ipBytes(name);
        return address === undefined ? { dns: name } : { ip: address };
      }),
    });
    await writeDurable(join(folder, 'server.pem'), toUtf8(toPem('CERTIFICATE', der)));
    // Last: a kill in between leaves names that do not fit, and the next start issues anew.
    await writeDurable(namesFile, toUtf8(wanted));
  }
  const [key, certificate] = await Promise.all(
    ['server.key', 'server.pem'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { key: key ?? '', certificate: certificate ?? '' };
}

/** The certificate in use; `undefined` when there is none, or its key is another's. */
async function readServer(folder: string): Promise<Certificate | undefined> {
  try {
    const certificate = await certificateIn(folder, 'server');
    const key = await pemKeys(folder).open('server');
    return equalBytes(key.publicKey, certificate.publicKey) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function issue(
  { ca, key }: Issuer,
  { now }: Options,
  {
    days,
    ...input
  }: Pick<CertificateInput, 'subject' | 'publicKey' | 'keyUsage' | 'extKeyUsage' | 'subjectAltNames'> & {
    readonly days: number;
  },
): Promise<Uint8Array> {
  const notBefore = now().getTime() - DAY;
  return buildCertificate(
    {
      ...input,
      serial: randomSerial(),
      issuer: ca.subject.der,
      notBefore,
      notAfter: Math.min(ca.notAfter, notBefore + days * DAY),
      issuerPublicKey: key.publicKey,
    },
    key,
  );
}

async function certificateIn(folder: string, name: string): Promise<Certificate> {
  const [der] = parsePem(await readFile(join(folder, `${name}.pem`), 'utf8'), 'CERTIFICATE');
  if (der === undefined) throw new TypeError(`${name}.pem holds no certificate`);
  return parseCertificate(der);
}

function daysLeft({ notAfter }: Certificate, now: Date): number {
  return (notAfter - now.getTime()) / DAY;
}

/** Organisation and common name, DER, within the upper bounds of X.520. */
function nameOf(organisation: string, commonName: string): Uint8Array {
  const value = [...organisation].slice(0, MAX_NAME).join('');
  return buildDistinguishedName([
    ...(value === '' ? [] : [{ type: oid.organization, value }]),
    { type: oid.commonName, value: [...commonName].slice(0, MAX_NAME).join('') },
  ]);
}
