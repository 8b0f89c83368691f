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
    // Whichever of them answer first stamp the seal: their order is no part of it.
    authorities: trust.authorities
      .map(({ name, certificates, roots }) => ({
        name,
        certificates: digests(certificates),
        roots: digests(roots),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    timeStamps: trust.requiredTimeStamps,
    sm2: trust.sm2 === undefined ? null : sha256Hex(trust.sm2.publicKey),
    log: log.vkey,
    witnesses: witnessKeys,
  };
  return sha256Hex(toUtf8(canonicalJson(configured)));
}
