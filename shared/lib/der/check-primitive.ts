import { fromUtf8 } from '#shared/lib/utf8';
import { DerError, type DerErrorCode } from './der-error.ts';
import { parseTime } from './parse-time.ts';
import { tag } from './tag.ts';

type Check = (content: Uint8Array) => void;

function refuse(code: DerErrorCode, message: string): never {
  throw new DerError(code, message);
}

/** ITU-T X.690 §8.3.2: the first nine bits are neither all zero nor all one. */
function checkInteger(content: Uint8Array): void {
  const [first, second] = content;
  if (first === undefined) refuse('BAD_INTEGER', 'empty integer');
  if (second === undefined) return;
  if ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
    refuse('BAD_INTEGER', 'integer is not in its shortest form');
}

function checkBoolean(content: Uint8Array): void {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    refuse('BAD_BOOLEAN', 'boolean is neither 00 nor FF');
}

function checkBitString(content: Uint8Array): void {
  const unused = content[0];
  if (unused === undefined || unused > 7) refuse('BAD_BIT_STRING', 'bad count of unused bits');
  const last = content.length > 1 ? (content.at(-1) ?? 0) : undefined;
  if (unused > 0 && (last === undefined || (last & ((1 << unused) - 1)) !== 0))
    refuse('BAD_BIT_STRING', 'unused bits are not zero');
}

function checkNull(content: Uint8Array): void {
  if (content.length !== 0) refuse('BAD_NULL', 'NULL with content');
}

/** ITU-T X.690 §8.19: base-128 groups without leading 80, the last one closed. Arcs are kept below 2^49. */
function checkOid(content: Uint8Array): void {
  let groups = 0;
  for (const octet of content) {
    if (groups === 0 && octet === 0x80) refuse('BAD_OID', 'arc is not in its shortest form');
    groups = octet < 0x80 ? 0 : groups + 1;
    if (groups > 6) refuse('BAD_OID', 'arc is too large');
  }
  if (content.length === 0 || groups !== 0) refuse('BAD_OID', 'object identifier ends early');
}

function checkUtf8(content: Uint8Array): void {
  try {
    fromUtf8(content);
  } catch (cause) {
    throw new DerError('BAD_STRING', 'malformed UTF-8', { cause });
  }
}

function checkBmp(content: Uint8Array): void {
  if (content.length % 2 !== 0) refuse('BAD_STRING', 'BMPString of odd length');
}

function inAlphabet(allowed: (octet: number) => boolean): Check {
  return (content) => {
    if (!content.every(allowed)) refuse('BAD_STRING', 'character outside the alphabet of the string type');
  };
}

const printable = new Set(
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?"].map((character) =>
    character.charCodeAt(0),
  ),
);

const checks: ReadonlyMap<number, Check> = new Map<number, Check>([
  [tag.boolean, checkBoolean],
  [tag.integer, checkInteger],
  [tag.bitString, checkBitString],
  [tag.octetString, () => undefined],
  [tag.null, checkNull],
  [tag.oid, checkOid],
  [tag.enumerated, checkInteger],
  [tag.utf8String, checkUtf8],
  [tag.numericString, inAlphabet((octet) => octet === 0x20 || (octet >= 0x30 && octet <= 0x39))],
  [tag.printableString, inAlphabet((octet) => printable.has(octet))],
  [tag.teletexString, () => undefined],
  [tag.ia5String, inAlphabet((octet) => octet < 0x80)],
  [tag.utcTime, (content) => void parseTime(tag.utcTime, content)],
  [tag.generalizedTime, (content) => void parseTime(tag.generalizedTime, content)],
  [tag.visibleString, inAlphabet((octet) => octet >= 0x20 && octet < 0x7f)],
  [tag.bmpString, checkBmp],
]);

/**
 * Refuses content octets of a primitive universal type that are not its DER form.
 * Other tag classes are opaque here.
 * @throws DerError
 */
export function checkPrimitive(identifier: number, content: Uint8Array): void {
  if ((identifier & 0xc0) !== 0) return;
  const check = checks.get(identifier);
  if (check === undefined) refuse('UNKNOWN_TAG', `universal type ${identifier} is not used`);
  check(content);
}
