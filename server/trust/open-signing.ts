import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#shared/lib/equal-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parsePem, toPem } from '#shared/pki/pem';
import { requireIssuedBy } from '#shared/pki/verify-chain';
import { writeDurable } from '../store/durable-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import { systemCode } from '../store/store-error.ts';
import { builtInStatus } from './built-in-status.ts';
import type { CertificateStatus } from './certificate-status.ts';
import type { KeyHandle } from './key-provider.ts';
import { openOutsideCertificate } from './outside-certificate.ts';
import { outsideStatus, type StatusSources } from './outside-status.ts';
import { readPemKey } from './pem-keys.ts';
import { pkcs11Keys, tokenKey } from './pkcs11-keys.ts';
import { Pkcs11Token, type TokenOptions } from './pkcs11-token.ts';
import { buildSignerCertificate, type TrialNames } from './trial-certificates.ts';
import { signerOf, type TrialIdentities } from './trial-identity.ts';
import type { Signer } from './trust.ts';
import { TrustError } from './trust-error.ts';

/** Where the signing key is kept. */
export type SigningKeyOptions =
  | { readonly provider: 'pem'; readonly keyFile: string }
  | ({ readonly provider: 'pkcs11'; readonly keyLabel: string } & TokenOptions);

export interface SigningOptions {
  /** Without it the key is made here, in a PEM file. */
  readonly key?: SigningKeyOptions;
  /** The operator's own; without it the built-in authority issues the signer's certificate. */
  readonly certificate?: StatusSources & {
    /** DER, the signer's first, the root among the others. */
    readonly chain: readonly Uint8Array[];
  };
}

/** What seals are signed with. */
export interface Signing {
  readonly signer: Signer;
  /** Whether the built-in authority issued the certificate. */
  readonly selfIssued: boolean;
  readonly status: CertificateStatus;
  close(): Promise<void>;
}

/**
 * Opens the signing key with its certificate. A token need not be there, unless the built-in authority has to issue a
 * certificate for its key: it is waited for when something is to be signed.
 * @param folder of the built-in authority.
 * @throws TrustError
 */
export async function openSigning(
  folder: string,
  identities: TrialIdentities,
  { key, certificate, ...names }: SigningOptions & TrialNames & { readonly now: () => number },
): Promise<Signing> {
  const token = key?.provider === 'pkcs11' ? await Pkcs11Token.load(key) : undefined;
  const close = async () => token?.close();
  try {
    if (certificate !== undefined)
      return { ...(await outside(key, token, certificate, names.now)), selfIssued: false, close };
    if (key === undefined || token === undefined || key.provider !== 'pkcs11')
      return { ...builtIn(identities, identities.signer, names.now), selfIssued: true, close };
    const signer = await tokenSigner(folder, identities, token, { ...names, keyLabel: key.keyLabel });
    return { ...builtIn(identities, signer, names.now), selfIssued: true, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function builtIn(
  { ca, ocsp }: TrialIdentities,
  signer: { certificate: Certificate; key: KeyHandle },
  now: () => number,
): Pick<Signing, 'signer' | 'status'> {
  return {
    signer: { ...signerOf(signer), chain: [ca.certificate.der] },
    status: builtInStatus({ ca, ocsp, signer: signer.certificate.der }, now),
  };
}

async function outside(
  key: SigningKeyOptions | undefined,
  token: Pkcs11Token | undefined,
  { chain, ...sources }: NonNullable<SigningOptions['certificate']>,
  now: () => number,
): Promise<Pick<Signing, 'signer' | 'status'>> {
  const [certificate, issuer, ...further] = await openOutsideCertificate(chain, now());
  const handle = await outsideKey(key, token, certificate);
  const issuers = [issuer, ...further].map(({ der }) => der);
  return {
    signer: { ...signerOf({ key: handle, certificate }), chain: issuers },
    status: outsideStatus({ certificate, issuer }, sources, now),
  };
}

async function outsideKey(
  key: SigningKeyOptions | undefined,
  token: Pkcs11Token | undefined,
  { publicKey }: Certificate,
): Promise<KeyHandle> {
  if (key?.provider === 'pkcs11' && token !== undefined) return tokenKey(token, key.keyLabel, publicKey);
  if (key?.provider !== 'pem')
    throw new TrustError('CERTIFICATE_UNUSABLE', 'certificates without a key of their own', {
      entry: 'keys',
    });
  const handle = await readPemKey(key.keyFile);
  if (equalBytes(handle.publicKey, publicKey)) return handle;
  throw new TrustError('KEY_MISMATCH', 'the key is not the one of the signing certificate', {
    entry: key.keyFile,
  });
}

/**
 * The key of a token under a certificate of the built-in authority, issued when the key is first seen and kept, so
 * that the token need not be there at every start.
 */
async function tokenSigner(
  folder: string,
  { ca }: TrialIdentities,
  token: Pkcs11Token,
  { keyLabel, ...names }: TrialNames & { readonly keyLabel: string },
): Promise<{ certificate: Certificate; key: KeyHandle }> {
  const file = join(folder, 'token-signer.pem');
  const kept = await readIssued(file, ca.certificate);
  const key = await pkcs11Keys(token)
    .open(keyLabel)
    .catch((error: unknown) => {
      const absent = error instanceof TrustError && error.code === 'TOKEN_UNAVAILABLE';
      if (!absent || kept === undefined) throw error;
      return tokenKey(token, keyLabel, kept.publicKey);
    });
  if (kept !== undefined && equalBytes(kept.publicKey, key.publicKey)) return { certificate: kept, key };
  const der = await buildSignerCertificate(key.publicKey, ca, names);
  await writeDurable(file, toUtf8(toPem('CERTIFICATE', der)));
  return { certificate: parseCertificate(der), key };
}

/** The certificate kept, where the authority of now issued it. */
async function readIssued(file: string, ca: Certificate): Promise<Certificate | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw new TrustError('TRUST_DAMAGED', `cannot read ${file}`, { entry: file, cause });
  }
  try {
    const certificate = parseCertificate(parsePem(text, 'CERTIFICATE')[0] ?? new Uint8Array());
    if (!equalBytes(certificate.issuer.der, ca.subject.der)) return undefined;
    await requireIssuedBy(nodePorts, certificate, ca);
    return certificate;
  } catch (cause) {
    throw new TrustError('TRUST_DAMAGED', `${file} holds no certificate of the built-in authority`, {
      entry: file,
      cause,
    });
  }
}
