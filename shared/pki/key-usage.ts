import { DerError } from '#shared/lib/der/der-error';
import { encodeBitString } from '#shared/lib/der/encode-der';
import { parseDer } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';

/** KeyUsage bits in the order of RFC 5280 §4.2.1.3. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof keyUsages)[number];

/** @throws DerError when the value is not a named bit list without trailing zeros (X.690 §11.2.2) */
export function parseKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const node = parseDer(value);
  if (node.tag !== tag.bitString) throw new DerError('UNEXPECTED_TAG', 'key usage is not a BIT STRING');
  const bits = node.content.subarray(1);
  const usages = keyUsages.filter((_, bit) => ((bits[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  const canonical = encodeKeyUsage(usages);
  if (canonical.length !== value.length || canonical.some((octet, index) => octet !== value[index]))
    throw new DerError('BAD_BIT_STRING', 'key usage is not in its shortest form');
  return new Set(usages);
}

/** KeyUsage value, DER. */
export function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  const last = Math.max(-1, ...usages.map((usage) => keyUsages.indexOf(usage)));
  const bytes = new Uint8Array(Math.ceil((last + 1) / 8));
  for (const usage of usages) {
    const bit = keyUsages.indexOf(usage);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return encodeBitString(bytes, last < 0 ? 0 : 7 - (last & 7));
}
