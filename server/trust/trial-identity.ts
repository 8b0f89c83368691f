import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import { toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parsePem, toPem } from '#shared/pki/pem';
import { requireIssuedBy } from '#shared/pki/verify-chain';
import { writeDurable } from '../store/durable-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import { systemCode } from '../store/store-error.ts';
import type { KeyHandle } from './key-provider.ts';
import { pemKeys } from './pem-keys.ts';
import { buildTrialCertificates, type TrialNames, type TrialRole, trialRoles } from './trial-certificates.ts';
import { makeTrialSet, removeKeys, trialSets } from './trial-folders.ts';
import { TrustError } from './trust-error.ts';

/** One key with its certificate. */
export interface Identity {
  readonly key: KeyHandle;
  readonly certificate: Certificate;
}
export type TrialIdentities = Readonly<Record<TrialRole, Identity>>;

/**
 * Opens the trial keys and certificates in use in `dir`, making them first where there are none.
 * @throws TrustError KEY_UNREADABLE, KEY_MISMATCH, TRUST_DAMAGED; StoreError
 */
export async function openTrialIdentities(dir: string, names: TrialNames): Promise<TrialIdentities> {
  let sets = await trialSets(dir);
  if (sets.length === 0) {
    await makeTrialSet(dir, sets, (folder) => makeIdentities(folder, names));
    sets = await trialSets(dir);
  }
  const identities = await loadIdentities(join(dir, sets.at(-1) ?? ''));
  // A rotation that was killed may have left them.
  await removeKeys(dir, sets.slice(0, -1));
  return identities;
}

/** What a rotation replaces: the keys that sign, or those of the authorities above them too. */
export type RotationScope = 'signing' | 'authorities';

/** Keys and certificates end, and are replaced, together; a year is left to do it in. */
const RENEW_BEFORE_MS = 365 * 86_400_000;

/** What must be replaced by now because its certificates run out. */
function dueRotation(identities: TrialIdentities, nowMs: number): RotationScope | undefined {
  const isDue = (role: TrialRole) => identities[role].certificate.notAfter - nowMs < RENEW_BEFORE_MS;
  if (!trialRoles.some(isDue)) return undefined;
  return authorities.some(isDue) ? 'authorities' : 'signing';
}

/** Replaces what runs out; what was replaced. @throws as `openTrialIdentities` */
export async function rotateIfDue(dir: string, names: TrialNames): Promise<RotationScope | undefined> {
  const scope = dueRotation(await openTrialIdentities(dir, names), names.nowMs);
  if (scope !== undefined) await rotateTrialIdentities(dir, scope, names);
  return scope;
}

/**
 * Makes new keys with new certificates and puts them into use; the old private keys are deleted. Packages sealed
 * before stay as good as their roots are published.
 * @throws as `openTrialIdentities`
 */
export async function rotateTrialIdentities(
  dir: string,
  scope: RotationScope,
  names: TrialNames,
): Promise<TrialIdentities> {
  const current = await openTrialIdentities(dir, names);
  const sets = await trialSets(dir);
  const kept = scope === 'signing' ? authorities : [];
  await makeTrialSet(dir, sets, async (folder) => {
    for (const role of kept)
      await writeDurable(
        join(folder, `${role}.key`),
        await readFile(join(dir, sets.at(-1) ?? '', `${role}.key`)),
        0o600,
      );
    await makeIdentities(folder, names, new Map(kept.map((role) => [role, current[role].certificate])));
  });
  return openTrialIdentities(dir, names);
}

const authorities: readonly TrialRole[] = ['ca', 'tsa-ca'];

/** @param kept authorities whose keys are in `folder` already. */
async function makeIdentities(
  folder: string,
  names: TrialNames,
  kept: ReadonlyMap<TrialRole, Certificate> = new Map(),
): Promise<void> {
  const provider = pemKeys(folder);
  const made = trialRoles.map(async (role) => {
    const kind = role.startsWith('tsa') ? 'rsa-3072' : 'p256';
    return [role, await (kept.has(role) ? provider.open(role) : provider.create(role, kind))] as const;
  });
  const keys = Object.fromEntries(await Promise.all(made)) as Record<TrialRole, KeyHandle>;
  const certificates = await buildTrialCertificates(keys, names, Object.fromEntries(kept));
  for (const role of trialRoles)
    await writeDurable(join(folder, `${role}.pem`), toUtf8(toPem('CERTIFICATE', certificates[role])));
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
