import { randomBytes } from 'node:crypto';
import { toHex } from '#shared/lib/hex';
import { buildCertificate, type CertificateInput } from '#shared/pki/build-certificate';
import { buildDistinguishedName } from '#shared/pki/distinguished-name';
import { oid } from '#shared/pki/oid';
import type { KeyHandle } from './key-provider.ts';

/** Roles of the trial set; files are `<role>.key` and `<role>.pem`. */
export const trialRoles = ['ca', 'signer', 'ocsp', 'tsa-ca', 'tsa'] as const;
export type TrialRole = (typeof trialRoles)[number];

const YEARS = 10;
const DAY = 86_400_000;
/** X.520 upper bounds of commonName and organizationName. */
const MAX_NAME = 64;

type Profile = Pick<CertificateInput, 'keyUsage' | 'extKeyUsage' | 'pathLength' | 'ocspNoCheck'> & {
  readonly title: string;
  readonly issuer: TrialRole;
};

const profiles: Record<TrialRole, Profile> = {
  ca: { title: 'Tiezheng Trial CA', issuer: 'ca', pathLength: 0, keyUsage: ['keyCertSign', 'cRLSign'] },
  signer: {
    title: 'Tiezheng Trial Signer',
    issuer: 'ca',
    keyUsage: ['digitalSignature', 'nonRepudiation'],
  },
  ocsp: {
    title: 'Tiezheng Trial OCSP',
    issuer: 'ca',
    keyUsage: ['digitalSignature'],
    extKeyUsage: [oid.ocspSigning],
    ocspNoCheck: true,
  },
  'tsa-ca': {
    title: 'Tiezheng Trial TSA CA',
    issuer: 'tsa-ca',
    pathLength: 0,
    keyUsage: ['keyCertSign', 'cRLSign'],
  },
  tsa: {
    title: 'Tiezheng Trial TSA',
    issuer: 'tsa-ca',
    keyUsage: ['digitalSignature'],
    extKeyUsage: [oid.timeStamping],
  },
};

/**
 * Certificates (DER) of a trial installation: two self-issued authorities, one for signer and OCSP, one for the TSA,
 * unique through a random suffix in every name, valid for ten years from the day before `nowMs`.
 */
export async function buildTrialCertificates(
  keys: Readonly<Record<TrialRole, KeyHandle>>,
  options: { organisation: string; nowMs: number },
): Promise<Readonly<Record<TrialRole, Uint8Array>>> {
  const suffix = toHex(randomBytes(4));
  const organisation = [...options.organisation].slice(0, MAX_NAME).join('');
  const nameOf = (role: TrialRole) =>
    buildDistinguishedName([
      ...(organisation === '' ? [] : [{ type: oid.organization, value: organisation }]),
      { type: oid.commonName, value: `${profiles[role].title} (self-issued) ${suffix}` },
    ]);
  const build = (role: TrialRole) => {
    const { issuer, title: _, ...profile } = profiles[role];
    return buildCertificate(
      {
        ...profile,
        serial: randomSerial(),
        issuer: nameOf(issuer),
        subject: nameOf(role),
        notBefore: options.nowMs - DAY,
        notAfter: options.nowMs - DAY + Math.round(YEARS * 365.25) * DAY,
        publicKey: keys[role].publicKey,
        issuerPublicKey: keys[issuer].publicKey,
      },
      keys[issuer],
    );
  };
  const entries = await Promise.all(trialRoles.map(async (role) => [role, await build(role)] as const));
  return Object.fromEntries(entries) as Record<TrialRole, Uint8Array>;
}

/** A positive serial number of 16 octets, unpredictable and in effect unique (RFC 5280 §4.1.2.2, RFC 3161 §2.4.2). */
export function randomSerial(): bigint {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return BigInt(`0x${toHex(bytes)}`);
}
