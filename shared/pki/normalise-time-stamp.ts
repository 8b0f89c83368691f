import { encodeElement, encodeExplicit, encodeSequence, encodeSetOf } from '#shared/lib/der/encode-der';
import { type DerNode, parseDer } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { PkiError } from './pki-error.ts';
import { buildTimeStampResponse, parseTimeStampResponse } from './time-stamp-response.ts';

/**
 * Writes the answer of a foreign time-stamp service anew in the one form `parseTimeStampResponse` accepts: plain
 * status, the given `certificates` in DER order (OpenSSL writes them unsorted), no CRLs and no unsigned attributes.
 * The signed bytes stay as they are, so the token proves the same.
 * @throws DerError, PkiError when the answer is a refusal or no token
 */
export function normaliseTimeStamp(responseDer: Uint8Array, certificates: readonly Uint8Array[]): Uint8Array {
  const { token } = parseTimeStampResponse(responseDer, { foreign: true });
  const [type, wrapper] = parseDer(token).children;
  const [signedData] = wrapper?.children ?? [];
  if (type === undefined || signedData === undefined)
    throw new PkiError('CMS_MALFORMED', 'token without content', { entry: 'time-stamp' });
  const [version, digests, content] = signedData.children;
  const signerInfo = signedData.children.at(-1)?.children[0];
  if (version === undefined || digests === undefined || content === undefined || signerInfo === undefined)
    throw new PkiError('CMS_MALFORMED', 'token without signer', { entry: 'time-stamp' });
  const rewritten = encodeSequence(
    version.der,
    digests.der,
    content.der,
    encodeSetOf(certificates, tag.constructed(0)),
    encodeSetOf([withoutUnsigned(signerInfo)]),
  );
  return buildTimeStampResponse(encodeSequence(type.der, encodeExplicit(0, rewritten)));
}

function withoutUnsigned({ children }: DerNode): Uint8Array {
  const kept = children.filter((child) => child.tag !== tag.constructed(1));
  return encodeElement(tag.sequence, ...kept.map(({ der }) => der));
}
