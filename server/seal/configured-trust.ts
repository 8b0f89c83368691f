import { canonicalJson } from '#shared/lib/canonical-json';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { SealWork } from './seal-work.ts';

/**
 * One digest over every certificate and key a seal is made with. A seal begun under one and resumed under another
 * would mix them: `seal` begins such a seal anew.
 */
export function trustDigest({ trust, log, witnessKeys = [] }: SealWork): Sha256 {
  const digests = (certificates: readonly Uint8Array[]) => certificates.map(sha256Hex);
  const configured = {
    ca: sha256Hex(trust.ca),
    signer: sha256Hex(trust.signer.certificate),
    ocsp: trust.ocspCertificate === undefined ? null : sha256Hex(trust.ocspCertificate),
    authorities: trust.authorities.map(({ certificates, roots }) => ({
      certificates: digests(certificates),
      roots: digests(roots),
    })),
    log: log.vkey,
    witnesses: witnessKeys,
  };
  return sha256Hex(toUtf8(canonicalJson(configured)));
}
