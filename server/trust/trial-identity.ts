import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parsePem, toPem } from '#shared/pki/pem';
import { requireIssuedBy } from '#shared/pki/verify-chain';
import { syncFolder, writeDurable } from '../store/durable-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import { systemCode } from '../store/store-error.ts';
import type { KeyHandle } from './key-provider.ts';
import { pemKeys } from './pem-keys.ts';
import { buildTrialCertificates, type TrialRole, trialRoles } from './trial-certificates.ts';
import { TrustError } from './trust-error.ts';

/** One key with its certificate. */
export interface Identity {
  readonly key: KeyHandle;
  readonly certificate: Certificate;
}
export type TrialIdentities = Readonly<Record<TrialRole, Identity>>;

const FOLDER = 'trial';
const HALF_MADE = '.trial-';

/**
 * Opens the trial keys and certificates in `dir`, making them first where there are none. They are made in a folder
 * beside and renamed into place, so that a kill leaves all of them or none; what a kill left behind is removed.
 * @throws TrustError KEY_UNREADABLE, KEY_MISMATCH, TRUST_DAMAGED; StoreError
 */
export async function openTrialIdentities(
  dir: string,
  options: { organisation: string; nowMs: number },
): Promise<TrialIdentities> {
  await mkdir(dir, { recursive: true });
  const names = await readdir(dir);
  for (const name of names.filter((entry) => entry.startsWith(HALF_MADE)))
    await rm(join(dir, name), { recursive: true, force: true });
  if (!names.includes(FOLDER)) await makeIdentities(dir, options);
  return loadIdentities(join(dir, FOLDER));
}

async function makeIdentities(dir: string, options: { organisation: string; nowMs: number }): Promise<void> {
  const folder = join(dir, `${HALF_MADE}${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  const provider = pemKeys(folder);
  const made = trialRoles.map(async (role) => {
    const kind = role.startsWith('tsa') ? 'rsa-3072' : 'p256';
    return [role, await provider.create(role, kind)] as const;
  });
  const keys = Object.fromEntries(await Promise.all(made)) as Record<TrialRole, KeyHandle>;
  const certificates = await buildTrialCertificates(keys, options);
  for (const role of trialRoles)
    await writeDurable(join(folder, `${role}.pem`), toUtf8(toPem('CERTIFICATE', certificates[role])));
  try {
    await rename(folder, join(dir, FOLDER));
  } catch (error) {
    // Another process was first: its set stands.
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
    await rm(folder, { recursive: true, force: true });
  }
  await syncFolder(dir);
}

async function loadIdentities(folder: string): Promise<TrialIdentities> {
  const provider = pemKeys(folder);
  const load = async (role: TrialRole) => {
    const certificate = await loadCertificate(join(folder, `${role}.pem`));
    const key = await provider.open(role);
    if (!equalBytes(key.publicKey, certificate.publicKey))
      throw new TrustError('KEY_MISMATCH', `key and certificate of ${role} do not belong together`, {
        entry: role,
      });
    return [role, { key, certificate }] as const;
  };
  const entries = await Promise.all(trialRoles.map(load));
  const identities = Object.fromEntries(entries) as Record<TrialRole, Identity>;
  for (const role of trialRoles) {
    const issuer = role.startsWith('tsa') ? identities['tsa-ca'] : identities.ca;
    await wrapped(role, () => requireIssuedBy(nodePorts, identities[role].certificate, issuer.certificate));
  }
  return identities;
}

async function loadCertificate(file: string): Promise<Certificate> {
  return wrapped(file, async () => {
    const [der, ...others] = parsePem(await readFile(file, 'utf8'), 'CERTIFICATE');
    if (der === undefined || others.length > 0)
      throw new TrustError('TRUST_DAMAGED', `${file} does not hold one certificate`, { entry: file });
    return parseCertificate(der);
  });
}

async function wrapped<T>(entry: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    const why = cause instanceof CodedError ? cause.code : (systemCode(cause) ?? 'unreadable');
    throw new TrustError('TRUST_DAMAGED', `${entry}: ${why}`, { entry, cause });
  }
}

/** An identity as everything that signs takes it. */
export function signerOf({ key, certificate }: Identity) {
  return { certificate: certificate.der, algorithm: key.algorithm, sign: key.sign };
}
