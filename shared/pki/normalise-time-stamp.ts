import {
  encodeExplicit,
  encodeNull,
  encodeObjectIdentifier,
  encodeSequence,
  encodeSetOf,
} from '#shared/lib/der/encode-der';
import { type DerNode, parseDer } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';
import { parseSignatureScheme } from './signature-scheme.ts';
import { buildTimeStampResponse, parseTimeStampResponse } from './time-stamp-response.ts';

/**
 * Writes the answer of a foreign time-stamp service anew in the one form `parseTimeStampResponse` accepts: plain
 * status, the given `certificates` in DER order (OpenSSL writes them unsorted), RSA signers as rsaEncryption (others
 * repeat the digest there), no CRLs and no unsigned attributes. The signed bytes stay as they are, so the token proves the same.
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
    encodeSetOf([normaliseSigner(signerInfo)]),
  );
  return buildTimeStampResponse(encodeSequence(type.der, encodeExplicit(0, rewritten)));
}

/** Position of signatureAlgorithm in a SignerInfo with signed attributes. */
const SIGNATURE_ALGORITHM = 4;

function normaliseSigner({ children }: DerNode): Uint8Array {
  const kept = children.filter((child) => child.tag !== tag.constructed(1));
  const elements = kept.map((node, index) =>
    index === SIGNATURE_ALGORITHM && parseSignatureScheme(node).family === 'rsa' ? RSA_ENCRYPTION : node.der,
  );
  return encodeSequence(...elements);
}

const RSA_ENCRYPTION = encodeSequence(encodeObjectIdentifier(oid.rsaEncryption), encodeNull());
