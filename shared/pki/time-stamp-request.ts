import { DerReader } from '#shared/lib/der/der-reader';
import { encodeBoolean, encodeInteger, encodeOctetString, encodeSequence } from '#shared/lib/der/encode-der';
import { decodeOid } from '#shared/lib/der/oid';
import { tag } from '#shared/lib/der/tag';
import { encodeHashAlgorithm, type HashName } from './hash.ts';
import { PkiError } from './pki-error.ts';
import { parseImprint } from './time-stamp-token.ts';

/** A TimeStampReq (RFC 3161 §2.4.1). */
export interface TimeStampRequest {
  readonly imprintHash: HashName;
  readonly imprint: Uint8Array;
  readonly policy: string | undefined;
  readonly nonce: bigint | undefined;
  readonly certReq: boolean;
}

/**
 * Parses a request in strict DER, save that `certReq` FALSE may be written out as many clients do.
 * @throws DerError, PkiError TIME_STAMP_MALFORMED, ALGORITHM_UNSUPPORTED, EXTENSION_UNSUPPORTED
 */
export function parseTimeStampRequest(der: Uint8Array): TimeStampRequest {
  const reader = DerReader.of(der, 'time-stamp request');
  if (reader.number() !== 1)
    throw new PkiError('TIME_STAMP_MALFORMED', 'version of the request', { entry: 'time-stamp request' });
  const imprint = parseImprint(reader.next(tag.sequence));
  const policy = reader.optional(tag.oid);
  const nonce = reader.optionalInteger();
  const certReq = reader.optional(tag.boolean);
  if (reader.optional(tag.constructed(0)) !== undefined)
    throw new PkiError('EXTENSION_UNSUPPORTED', 'extension of a request', { entry: 'time-stamp request' });
  reader.end();
  return {
    ...imprint,
    policy: policy === undefined ? undefined : decodeOid(policy.content),
    nonce,
    certReq: certReq !== undefined && certReq.content[0] !== 0,
  };
}

/** Request for a SHA-256 digest that asks for the TSA's certificates. `nonce` is positive. */
export function buildTimeStampRequest(digest: Uint8Array, nonce: bigint): Uint8Array {
  return encodeSequence(
    encodeInteger(1),
    encodeSequence(encodeHashAlgorithm('sha256', true), encodeOctetString(digest)),
    encodeInteger(nonce),
    encodeBoolean(true),
  );
}
