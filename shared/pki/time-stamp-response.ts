import { decodeString } from '#shared/lib/der/decode-string';
import { DerReader } from '#shared/lib/der/der-reader';
import { encodeInteger, encodeSequence } from '#shared/lib/der/encode-der';
import { tag } from '#shared/lib/der/tag';
import { PkiError } from './pki-error.ts';
import { parseTimeStampToken, type TimeStampToken } from './time-stamp-token.ts';

/** A granted TimeStampResp (RFC 3161 §2.4.2), parsed but not verified. */
export interface TimeStampResponse extends TimeStampToken {
  readonly der: Uint8Array;
  /** The token alone (CMS ContentInfo), DER. */
  readonly token: Uint8Array;
}

/**
 * Parses a response whose status is plainly "granted", without text or failure bits: nothing signs the status, so
 * only its one necessary form is accepted. `foreign` also takes "granted with modifications" and a status text, for
 * code that writes the response anew with `buildTimeStampResponse`.
 * @throws DerError, PkiError TIME_STAMP_REFUSED when the status is another one, TIME_STAMP_MALFORMED
 */
export function parseTimeStampResponse(der: Uint8Array, { foreign = false } = {}): TimeStampResponse {
  const reader = DerReader.of(der, 'time-stamp response');
  const status = reader.enter();
  const code = status.number();
  const text = status.optional(tag.sequence)?.children.map(decodeString).join('; ');
  const bits = status.optional(tag.bitString);
  status.end();
  const granted = code === 0 || (foreign && code === 1);
  const plain = bits === undefined && (foreign || text === undefined);
  if (!granted || !plain)
    throw new PkiError('TIME_STAMP_REFUSED', `time-stamp status ${code}: ${text ?? 'no reason given'}`, {
      entry: 'time-stamp response',
    });
  const token = reader.next(tag.sequence).der;
  reader.end();
  return { der: new Uint8Array(der), token, ...parseTimeStampToken(token, { foreign }) };
}

/** A TimeStampResp with status "granted" around a token. */
export function buildTimeStampResponse(token: Uint8Array): Uint8Array {
  return encodeSequence(encodeSequence(encodeInteger(0)), token);
}
