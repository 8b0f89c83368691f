import { concatBytes } from '#shared/lib/concat-bytes';
import { DerError } from '#shared/lib/der/der-error';
import { DerReader } from '#shared/lib/der/der-reader';
import { encodeElement, encodeSequence } from '#shared/lib/der/encode-der';
import { tag } from '#shared/lib/der/tag';
import { PkiError } from './pki-error.ts';

/**
 * ECDSA-Sig-Value (RFC 3279 §2.2.3, DER) → raw r‖s of `2 × size` octets; `size` is 32 for P-256, 48 for P-384.
 * @throws PkiError SIGNATURE_MALFORMED for anything but two positive integers of at most `size` octets
 */
export function ecdsaSignatureFromDer(der: Uint8Array, size: number): Uint8Array {
  try {
    const reader = DerReader.of(der, 'ECDSA signature');
    const halves = [reader.next(tag.integer).content, reader.next(tag.integer).content];
    reader.end();
    return concatBytes(...halves.map((half) => fixedSize(half, size)));
  } catch (cause) {
    if (cause instanceof DerError)
      throw new PkiError('SIGNATURE_MALFORMED', 'not an ECDSA signature', { cause });
    throw cause;
  }
}

function fixedSize(integer: Uint8Array, size: number): Uint8Array {
  const magnitude = integer[0] === 0 ? integer.subarray(1) : integer;
  if ((integer[0] ?? 0x80) >= 0x80 || magnitude.length > size || magnitude.length === 0)
    throw new PkiError('SIGNATURE_MALFORMED', 'ECDSA integer out of range');
  return concatBytes(new Uint8Array(size - magnitude.length), magnitude);
}

/** Raw r‖s → ECDSA-Sig-Value in DER. */
export function ecdsaSignatureToDer(raw: Uint8Array): Uint8Array {
  const size = raw.length / 2;
  return encodeSequence(positiveInteger(raw.subarray(0, size)), positiveInteger(raw.subarray(size)));
}

function positiveInteger(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0);
  const magnitude = start < 0 ? Uint8Array.of(0) : octets.subarray(start);
  const sign = start >= 0 && (magnitude[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return encodeElement(tag.integer, sign, magnitude);
}
