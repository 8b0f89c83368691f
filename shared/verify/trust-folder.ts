import { parseVerifierKey, type VerifierKeyKind } from '#shared/log/verifier-key';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parsePem, toPem } from '#shared/pki/pem';
import { packagePath } from '#shared/seal/layout';
import { inEntry } from './in-entry.ts';
import { type PackageMembers, textAt } from './package-members.ts';
import { VerifyError } from './verify-error.ts';

/** One certificate of `trust/`. */
export interface TrustCertificate {
  readonly entry: string;
  readonly certificate: Certificate;
}

/** One key of `trust/`. */
interface TrustKey {
  readonly entry: string;
  /** vkey (C2SP signed-note). */
  readonly vkey: string;
}

/** What a package carries in `trust/`, for convenience: nothing in it is trusted because it is there. */
export interface TrustFolder {
  readonly ca: TrustCertificate;
  readonly ocsp: TrustCertificate | undefined;
  readonly authorities: readonly TrustCertificate[];
  readonly authorityRoots: readonly TrustCertificate[];
  readonly log: TrustKey;
  readonly witnesses: readonly TrustKey[];
}

/**
 * Reads `trust/`: one certificate or one key a file, in the one spelling the sealer writes.
 * @throws VerifyError NOT_CANONICAL, KEY_MISMATCH; PkiError, DerError, LogError; all naming the file.
 */
export async function readTrustFolder(members: PackageMembers): Promise<TrustFolder> {
  const numbered = (path: (n: number) => string) => {
    const paths: string[] = [];
    for (let n = 1; members.has(path(n)); n++) paths.push(path(n));
    return paths;
  };
  const certificates = (paths: readonly string[]) =>
    Promise.all(paths.map((entry) => readCertificate(members, entry)));
  const [ocsp] = await certificates([packagePath.ocspCertificate].filter((path) => members.has(path)));
  return {
    ca: await readCertificate(members, packagePath.caCertificate),
    ocsp,
    authorities: await certificates(numbered(packagePath.tsa)),
    authorityRoots: await certificates(numbered(packagePath.tsaCa)),
    log: await readKey(members, packagePath.logKey, 'log'),
    witnesses: await Promise.all(
      numbered(packagePath.witnessKey).map((entry) => readKey(members, entry, 'witness')),
    ),
  };
}

function readCertificate(members: PackageMembers, entry: string): Promise<TrustCertificate> {
  return inEntry(entry, () => {
    const text = textAt(members, entry);
    const [der] = parsePem(text, 'CERTIFICATE');
    if (der === undefined || toPem('CERTIFICATE', der) !== text)
      throw new VerifyError('NOT_CANONICAL', `${entry} is not exactly one PEM certificate`, { entry });
    return { entry, certificate: parseCertificate(der) };
  });
}

function readKey(members: PackageMembers, entry: string, kind: VerifierKeyKind): Promise<TrustKey> {
  return inEntry(entry, () => {
    const text = textAt(members, entry);
    const vkey = text.slice(0, -1);
    if (!text.endsWith('\n') || parseVerifierKey(vkey).kind !== kind)
      throw new VerifyError('NOT_CANONICAL', `${entry} is not exactly one ${kind} key`, { entry });
    return { entry, vkey };
  });
}
