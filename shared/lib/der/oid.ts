import { DerError } from './der-error.ts';

/**
 * Dotted form of the content octets of an object identifier that passed `parseDer`.
 * Arcs of 2.x above 47 are handled (X.690 §8.19.4).
 */
export function decodeOid(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join('.');
}

/**
 * Content octets of a dotted object identifier.
 * @throws DerError BAD_OID when the text is not one
 */
export function encodeOid(text: string): Uint8Array {
  if (!/^[0-2](?:\.(?:0|[1-9]\d{0,13}))+$/.test(text)) throw new DerError('BAD_OID', `not an OID: ${text}`);
  const [root = 0, second = 0, ...rest] = text.split('.').map(Number);
  if (root < 2 && second > 39) throw new DerError('BAD_OID', `not an OID: ${text}`);
  return Uint8Array.from([40 * root + second, ...rest].flatMap(base128));
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128))
    octets.unshift(0x80 | (rest % 128));
  return octets;
}
