import { DerReader } from '#shared/lib/der/der-reader';
import { tag } from '#shared/lib/der/tag';
import { equalBytes } from '#shared/lib/equal-bytes';
import { CodedError } from '#shared/lib/errors';
import type { Ports } from '#shared/lib/port';
import { sha256Hex } from '#shared/lib/sha256';
import { parseCertificate } from '#shared/pki/certificate';
import { PkiError, type PkiErrorCode } from '#shared/pki/pki-error';
import { requireSignature } from '#shared/pki/signature-scheme';
import { verifyChain } from '#shared/pki/verify-chain';
import { publicRoots } from './public-roots.ts';

/** What a chain ends in. `not-checked`: it leads to a public root, but this code could not verify that it does. */
export type RootVerdict = 'public-root' | 'private-root' | 'not-checked';

export interface ChainJudgement {
  readonly verdict: RootVerdict;
  /** Name of the public root, or why there is none. */
  readonly detail: string;
}

/** Faults that say nothing about where a chain ends, only that this code does not know its form or its time is over. */
const inconclusive: ReadonlySet<PkiErrorCode> = new Set<PkiErrorCode>([
  'EXTENSION_UNSUPPORTED',
  'ALGORITHM_UNSUPPORTED',
  'KEY_UNSUPPORTED',
  'EXPIRED',
  'NOT_YET_VALID',
]);

/**
 * Judges whether a TLS chain ends in one of the bundled public roots (RFC 5280 §6.1, as `verifyChain`). Revocation and
 * the name of the host are not looked at: the browser has done so.
 * @param chain DER, leaf first
 * @param atMs UTC ms at which it was in use
 * @param roots names by the SHA-256 of the DER
 */
export async function judgeChain(
  ports: Ports,
  chain: readonly Uint8Array[],
  atMs: number,
  roots: ReadonlyMap<string, string> = publicRoots,
): Promise<ChainJudgement> {
  const at = chain.findIndex((der) => roots.has(sha256Hex(der)));
  const root = chain[at];
  if (root === undefined || at === 0)
    return { verdict: 'private-root', detail: 'no issuer in the chain is a bundled public root' };
  try {
    await requireChainTo(ports, chain.slice(0, at), root, atMs);
    return { verdict: 'public-root', detail: roots.get(sha256Hex(root)) ?? '' };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const refuted = error instanceof PkiError && !inconclusive.has(error.code);
    return {
      verdict: refuted ? 'private-root' : 'not-checked',
      detail: `${error.code}: ${error.message}`.slice(0, 500).toWellFormed(),
    };
  }
}

async function requireChainTo(
  ports: Ports,
  path: readonly Uint8Array[],
  root: Uint8Array,
  atMs: number,
): Promise<void> {
  const certificates = path.map(parseCertificate);
  const [leaf] = certificates;
  const top = certificates.at(-1);
  if (leaf === undefined || top === undefined) throw new TypeError('an empty chain');
  await verifyChain(ports, leaf, certificates.slice(1, -1), [top], atMs);
  const { subject, publicKey } = nameAndKeyOf(root);
  if (!equalBytes(subject, top.issuer.der))
    throw new PkiError('ISSUER_UNKNOWN', 'the public root did not issue this chain', {
      entry: top.subject.text,
    });
  const { scheme, tbs, signature } = top;
  await requireSignature(ports, top.subject.text, { scheme, publicKey, data: tbs, signature });
}

/**
 * Subject and key of a root, without its own signature: a bundled root is known by its digest, and several sign
 * themselves with SHA-1, which `parseCertificate` refuses.
 * @throws DerError
 */
export function nameAndKeyOf(root: Uint8Array): { subject: Uint8Array; publicKey: Uint8Array } {
  const tbs = DerReader.of(root, 'root certificate').enter();
  tbs.optional(tag.constructed(0));
  tbs.next(tag.integer);
  for (const _ of ['signature', 'issuer', 'validity']) tbs.next(tag.sequence);
  const subject = tbs.next(tag.sequence).der;
  return { subject, publicKey: tbs.next(tag.sequence).der };
}
