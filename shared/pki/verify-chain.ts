import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from './certificate.ts';
import { PkiError } from './pki-error.ts';
import { requireSignature } from './signature-scheme.ts';

const MAX_CHAIN = 8;
/** Bound on tried issuers, so that crossed certificates cannot make the search explode. */
const MAX_TRIES = 64;

/**
 * Finds and validates a path from `leaf` to one of `anchors` (RFC 5280 §6.1, without policies and name constraints,
 * whose critical forms are refused): names chain byte for byte, key identifiers agree where both are present, every
 * issuer is a CA with keyCertSign, path lengths hold, signatures verify, and every certificate, the anchor too, is
 * valid at `atMs`. Revocation and the purpose of the leaf are separate checks.
 * @returns leaf first, anchor last; only the leaf when it is an anchor itself
 * @throws PkiError ISSUER_UNKNOWN when no path exists, or the fault of the best path found; DerError
 */
export async function verifyChain(
  ports: Ports,
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
  atMs: number,
): Promise<Certificate[]> {
  const search = { ports, intermediates, anchors, atMs, tries: 0, fault: undefined };
  const chain = await extend(search, [leaf]);
  if (chain !== undefined) return chain;
  throw (
    (search as Search).fault ??
    new PkiError('ISSUER_UNKNOWN', `no trusted issuer for ${leaf.subject.text}`, { entry: leaf.subject.text })
  );
}

interface Search {
  readonly ports: Ports;
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly atMs: number;
  tries: number;
  fault: CodedError | undefined;
}

/** The finished chain, or `undefined` with `search.fault` set where a candidate failed. */
async function extend(search: Search, chain: readonly Certificate[]): Promise<Certificate[] | undefined> {
  const last = chain.at(-1) as Certificate;
  try {
    requireUsable(last, search.atMs);
  } catch (fault) {
    return note(search, fault);
  }
  if (search.anchors.some((anchor) => equalBytes(anchor.der, last.der))) return [...chain];
  if (chain.length >= MAX_CHAIN) return undefined;
  const candidates = [...search.anchors, ...search.intermediates].filter(
    (issuer) => mayHaveIssued(issuer, last) && !chain.some((used) => equalBytes(used.der, issuer.der)),
  );
  for (const issuer of candidates) {
    if (search.tries++ >= MAX_TRIES) return undefined;
    try {
      requireIssuer(issuer, chain.length - 1);
      await requireIssuedBy(search.ports, last, issuer);
    } catch (fault) {
      note(search, fault);
      continue;
    }
    const whole = await extend(search, [...chain, issuer]);
    if (whole !== undefined) return whole;
  }
  return undefined;
}

function note(search: Search, fault: unknown): undefined {
  if (!(fault instanceof CodedError)) throw fault;
  search.fault ??= fault;
}

function requireUsable(certificate: Certificate, atMs: number): void {
  const entry = certificate.subject.text;
  if (atMs < certificate.notBefore)
    throw new PkiError('NOT_YET_VALID', `${entry} is not valid yet`, { entry });
  if (atMs >= certificate.notAfter + 1000) throw new PkiError('EXPIRED', `${entry} has expired`, { entry });
  const [unsupported] = certificate.unsupportedCritical;
  if (unsupported !== undefined)
    throw new PkiError('EXTENSION_UNSUPPORTED', `critical extension ${unsupported} of ${entry}`, { entry });
}

function mayHaveIssued(issuer: Certificate, subject: Certificate): boolean {
  if (!equalBytes(issuer.subject.der, subject.issuer.der)) return false;
  const { authorityKeyId } = subject;
  const { subjectKeyId } = issuer;
  return (
    authorityKeyId === undefined || subjectKeyId === undefined || equalBytes(authorityKeyId, subjectKeyId)
  );
}

function requireIssuer(issuer: Certificate, intermediatesBelow: number): void {
  const entry = issuer.subject.text;
  if (!issuer.isCa) throw new PkiError('NOT_A_CA', `${entry} is not a certificate authority`, { entry });
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('keyCertSign'))
    throw new PkiError('KEY_USAGE', `${entry} may not sign certificates`, { entry });
  if (issuer.pathLength !== undefined && intermediatesBelow > issuer.pathLength)
    throw new PkiError('PATH_TOO_LONG', `too many certificates below ${entry}`, { entry });
}

/** Certificates whose signature held, with the issuers it held for. Parsed certificates never change. */
const issued = new WeakMap<Certificate, WeakSet<Certificate>>();

/**
 * Checks that the signature of `certificate` was made with the key of `issuer`; once for each pair: the tokens of one
 * package carry the same few certificates, and each token has all of them checked.
 * @throws PkiError SIGNATURE_INVALID and others of `requireSignature`, DerError
 */
export async function requireIssuedBy(
  ports: Ports,
  certificate: Certificate,
  issuer: Certificate,
): Promise<void> {
  if (issued.get(certificate)?.has(issuer)) return;
  const { scheme, tbs, signature } = certificate;
  await requireSignature(ports, certificate.subject.text, {
    scheme,
    publicKey: issuer.publicKey,
    data: tbs,
    signature,
  });
  issued.set(certificate, (issued.get(certificate) ?? new WeakSet()).add(issuer));
}

/** Whether the subject names itself as issuer. Says nothing about the signature. */
export function isSelfIssued(certificate: Certificate): boolean {
  return equalBytes(certificate.subject.der, certificate.issuer.der);
}
