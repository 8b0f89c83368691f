import { toBase64 } from '#shared/lib/base64';
import { fromHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { archivePath } from './archive-layout.ts';
import { ASICE_MEDIA_TYPE } from './layout.ts';

/** What a manifest is over, in the order of renewing. */
export interface ArchivedDigests {
  readonly packageId: string;
  readonly package: Sha256;
  /** Of tokens 0 to n − 1. */
  readonly tokens: readonly Sha256[];
  /** Of manifests 1 to n − 1. */
  readonly manifests: readonly Sha256[];
}

const TOKEN_TYPE = 'application/vnd.etsi.timestamp-token';
const SHA256_URI = 'http://www.w3.org/2001/04/xmlenc#sha256';

/**
 * The ASiCArchiveManifest of renewal `n` (ETSI EN 319 162-1 annex A.7): it names the token over itself, and by their
 * SHA-256 the package and every token and manifest before it; its predecessor is the root file. Digests determine
 * every byte, so that a verifier builds it anew instead of parsing XML.
 * @param n 1 for the first renewal.
 */
export function buildArchiveManifest(n: number, digests: ArchivedDigests): Uint8Array<ArrayBuffer> {
  const references = [
    reference(archivePath.package(digests.packageId), ASICE_MEDIA_TYPE, digests.package),
    ...digests.tokens.slice(0, n).map((digest, k) => reference(archivePath.token(k), TOKEN_TYPE, digest)),
    ...digests.manifests
      .slice(0, n - 1)
      .map((digest, k) => reference(archivePath.manifest(k + 1, n), 'text/xml', digest, k + 1 === n - 1)),
  ];
  return toUtf8(`<?xml version="1.0" encoding="UTF-8"?>
<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
  <asic:SigReference URI="${archivePath.token(n)}" MimeType="${TOKEN_TYPE}"/>
${references.join('')}</asic:ASiCManifest>
`);
}

function reference(uri: string, mediaType: string, sha256: Sha256, root = false): string {
  return `  <asic:DataObjectReference URI="${uri}" MimeType="${mediaType}"${root ? ' Rootfile="true"' : ''}>
    <ds:DigestMethod Algorithm="${SHA256_URI}"/>
    <ds:DigestValue>${toBase64(fromHex(sha256))}</ds:DigestValue>
  </asic:DataObjectReference>
`;
}
