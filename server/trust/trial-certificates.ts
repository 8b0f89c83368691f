import { randomBytes } from 'node:crypto';
import { toHex } from '#shared/lib/hex';
import { buildCertificate, type CertificateInput } from '#shared/pki/build-certificate';
import type { Certificate } from '#shared/pki/certificate';
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

export interface TrialNames {
  readonly organisation: string;
  /** UTC ms. */
  readonly nowMs: number;
}

/** Who issues: itself, for a root. */
interface TrialIssuer {
  /** Name, DER. */
  readonly subject: Uint8Array;
  readonly key: KeyHandle;
  /** UTC ms; nothing it issues is valid longer. */
  readonly notAfter: number;
}

/**
 * Certificates (DER) of a trial installation: two self-issued authorities, one for signer and OCSP, one for the TSA,
 * unique through a random suffix in every name, valid for ten years from the day before `nowMs`.
 * @param kept authorities that stay as they are; the others are then issued by them.
 */
export async function buildTrialCertificates(
  keys: Readonly<Record<TrialRole, KeyHandle>>,
  names: TrialNames,
  kept: Partial<Readonly<Record<TrialRole, Certificate>>> = {},
): Promise<Readonly<Record<TrialRole, Uint8Array>>> {
  const nameOf = trialNames(names);
  const issuerOf = (role: TrialRole): TrialIssuer => {
    const { issuer } = profiles[role];
    return {
      subject: kept[issuer]?.subject.der ?? nameOf(issuer),
      key: keys[issuer],
      notAfter: kept[issuer]?.notAfter ?? Number.POSITIVE_INFINITY,
    };
  };
  const build = async (role: TrialRole) =>
    kept[role]?.der ??
    issueCertificate(role, { subject: nameOf(role), publicKey: keys[role].publicKey }, issuerOf(role), names);
  const entries = await Promise.all(trialRoles.map(async (role) => [role, await build(role)] as const));
  return Object.fromEntries(entries) as Record<TrialRole, Uint8Array>;
}

/** A signer's certificate (DER) for a key that is kept elsewhere. */
export function buildSignerCertificate(
  publicKey: Uint8Array,
  ca: { readonly certificate: Certificate; readonly key: KeyHandle },
  names: TrialNames,
): Promise<Uint8Array> {
  const { subject, notAfter } = ca.certificate;
  const own = { subject: trialNames(names)('signer'), publicKey };
  return issueCertificate('signer', own, { subject: subject.der, key: ca.key, notAfter }, names);
}

/** Names (DER) by role, with one random suffix. */
function trialNames({ organisation }: TrialNames): (role: TrialRole) => Uint8Array {
  const suffix = toHex(randomBytes(4));
  const value = [...organisation].slice(0, MAX_NAME).join('');
  return (role) =>
    buildDistinguishedName([
      ...(value === '' ? [] : [{ type: oid.organization, value }]),
      { type: oid.commonName, value: `${profiles[role].title} (self-issued) ${suffix}` },
    ]);
}

function issueCertificate(
  role: TrialRole,
  { subject, publicKey }: { subject: Uint8Array; publicKey: Uint8Array },
  issuer: TrialIssuer,
  { nowMs }: TrialNames,
): Promise<Uint8Array> {
  const { issuer: _, title: __, ...profile } = profiles[role];
  return buildCertificate(
    {
      ...profile,
      serial: randomSerial(),
      issuer: issuer.subject,
      subject,
      notBefore: nowMs - DAY,
      notAfter: Math.min(issuer.notAfter, nowMs - DAY + Math.round(YEARS * 365.25) * DAY),
      publicKey,
      issuerPublicKey: issuer.key.publicKey,
    },
    issuer.key,
  );
}

/** A positive serial number of 16 octets, unpredictable and in effect unique (RFC 5280 §4.1.2.2, RFC 3161 §2.4.2). */
export function randomSerial(): bigint {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return BigInt(`0x${toHex(bytes)}`);
}
