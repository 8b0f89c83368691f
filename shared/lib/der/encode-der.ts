import { concatBytes } from '#shared/lib/concat-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import { compareDer } from './compare-der.ts';
import { DerError } from './der-error.ts';
import { encodeOid } from './oid.ts';
import { tag } from './tag.ts';

/** The builders below return one whole DER element; their inputs are values or whole elements. */
type Der = Uint8Array<ArrayBuffer>;

/** Any element from its identifier octet and content octets. */
export function encodeElement(identifier: number, ...content: readonly Uint8Array[]): Der {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concatBytes(Uint8Array.of(identifier, ...lengthOctets(length)), ...content);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export function encodeSequence(...elements: readonly Uint8Array[]): Der {
  return encodeElement(tag.sequence, ...elements);
}

/** SET OF, sorted here. `identifier` may be an implicit context tag. */
export function encodeSetOf(elements: readonly Uint8Array[], identifier: number = tag.set): Der {
  return encodeElement(identifier, ...elements.toSorted(compareDer));
}

export function encodeBoolean(value: boolean): Der {
  return encodeElement(tag.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function encodeNull(): Der {
  return encodeElement(tag.null);
}

/** Two's complement in the fewest octets. */
export function encodeInteger(value: bigint | number, identifier: number = tag.integer): Der {
  const big = BigInt(value);
  let length = 1;
  while (BigInt.asIntN(8 * length, big) !== big) length++;
  const octets = new Uint8Array(length);
  let rest = BigInt.asUintN(8 * length, big);
  for (let i = length - 1; i >= 0; i--, rest >>= 8n) octets[i] = Number(rest & 0xffn);
  return encodeElement(identifier, octets);
}

export function encodeOctetString(bytes: Uint8Array): Der {
  return encodeElement(tag.octetString, bytes);
}

/** BIT STRING whose last `unusedBits` bits (which must be zero) do not count. */
export function encodeBitString(bytes: Uint8Array, unusedBits = 0): Der {
  return encodeElement(tag.bitString, Uint8Array.of(unusedBits), bytes);
}

/** @throws DerError BAD_OID */
export function encodeObjectIdentifier(dotted: string): Der {
  return encodeElement(tag.oid, encodeOid(dotted));
}

export function encodeUtf8String(text: string): Der {
  return encodeElement(tag.utf8String, toUtf8(text));
}

/** UTCTime of a whole second in 1950–2049. @throws DerError BAD_TIME outside that range */
export function encodeUtcTime(atMs: number): Der {
  const digits = new Date(atMs).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '');
  if (digits < '19500101000000' || digits > '20491231235959' || digits.length !== 14 || atMs % 1000 !== 0)
    throw new DerError('BAD_TIME', 'UTCTime holds whole seconds of 1950 to 2049');
  return encodeElement(tag.utcTime, toUtf8(`${digits.slice(2)}Z`));
}

/** GeneralizedTime with milliseconds where they are not zero. */
export function encodeGeneralizedTime(atMs: number): Der {
  const [seconds = '', fraction = ''] = new Date(atMs)
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .split('.');
  const trimmed = fraction.replace(/0+$/, '');
  return encodeElement(tag.generalizedTime, toUtf8(`${seconds}${trimmed === '' ? '' : `.${trimmed}`}Z`));
}

/** `[n] EXPLICIT`. */
export function encodeExplicit(n: number, element: Uint8Array): Der {
  return encodeElement(tag.constructed(n), element);
}
