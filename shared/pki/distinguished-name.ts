import { decodeString } from '#shared/lib/der/decode-string';
import { DerReader } from '#shared/lib/der/der-reader';
import {
  encodeElement,
  encodeObjectIdentifier,
  encodeSequence,
  encodeSetOf,
  encodeUtf8String,
} from '#shared/lib/der/encode-der';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { toUtf8 } from '#shared/lib/utf8';
import { oid } from './oid.ts';

/** An X.501 Name. Two names are the same when their DER is (RFC 5280 §7.1 folds case and space; we do not). */
export interface DistinguishedName {
  readonly der: Uint8Array;
  /** In the order of the encoding; `type` is a dotted OID. */
  readonly attributes: readonly { readonly type: string; readonly value: string }[];
  /** For people: `CN=…, O=…` in the order of the encoding, special characters escaped as in RFC 4514 §2.4. */
  readonly text: string;
  /** The last commonName, or `text` where there is none. */
  readonly commonName: string;
}

const shortNames = new Map<string, string>([
  [oid.commonName, 'CN'],
  [oid.serialNumber, 'serialNumber'],
  [oid.country, 'C'],
  [oid.locality, 'L'],
  [oid.state, 'ST'],
  [oid.organization, 'O'],
  [oid.organizationalUnit, 'OU'],
  [oid.organizationIdentifier, 'organizationIdentifier'],
  [oid.emailAddress, 'emailAddress'],
]);

/** @throws DerError */
export function parseDistinguishedName(node: DerNode): DistinguishedName {
  const names = DerReader.over(node, 'name');
  const attributes: { type: string; value: string }[] = [];
  while (names.more) {
    const relative = names.enter(tag.set);
    do {
      const attribute = relative.enter();
      const type = attribute.oid();
      attributes.push({ type, value: decodeString(attribute.any()) });
      attribute.end();
    } while (relative.more);
  }
  const text = attributes
    .map(({ type, value }) => `${shortNames.get(type) ?? type}=${escapeValue(value)}`)
    .join(', ');
  const commonName = attributes.findLast(({ type }) => type === oid.commonName)?.value ?? text;
  return { der: node.der, attributes, text, commonName };
}

function escapeValue(value: string): string {
  return value.replaceAll(/[",+;<>\\=]|^[ #]| $/g, (character) => `\\${character}`);
}

/**
 * Name of the given attributes, one per RDN. Country and serialNumber are PrintableString (RFC 5280 appendix A),
 * everything else UTF8String.
 */
export function buildDistinguishedName(
  attributes: readonly { readonly type: string; readonly value: string }[],
): Uint8Array {
  return encodeSequence(
    ...attributes.map(({ type, value }) => {
      const printable = type === oid.country || type === oid.serialNumber;
      const string = printable ? encodeElement(tag.printableString, toUtf8(value)) : encodeUtf8String(value);
      return encodeSetOf([encodeSequence(encodeObjectIdentifier(type), string)]);
    }),
  );
}
