import { DerReader } from '#shared/lib/der/der-reader';
import { encodeObjectIdentifier, encodeSequence, encodeSetOf } from '#shared/lib/der/encode-der';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { PkiError } from './pki-error.ts';

/** A CMS attribute (RFC 5652 §5.3). */
export interface Attribute {
  /** Dotted OID. */
  readonly type: string;
  readonly values: readonly DerNode[];
}

/**
 * Parses the members of a SET OF Attribute.
 * @throws DerError, PkiError ATTRIBUTE_DUPLICATE, ATTRIBUTE_MALFORMED (no value)
 */
export function parseAttributes(nodes: readonly DerNode[]): readonly Attribute[] {
  const attributes = nodes.map((node) => {
    const reader = DerReader.over(node, 'attribute');
    const type = reader.oid();
    const values = reader.next(tag.set).children;
    reader.end();
    if (values.length === 0)
      throw new PkiError('ATTRIBUTE_MALFORMED', 'attribute without value', { entry: type });
    return { type, values };
  });
  const types = new Set(attributes.map(({ type }) => type));
  if (types.size !== attributes.length) throw new PkiError('ATTRIBUTE_DUPLICATE', 'attribute occurs twice');
  return attributes;
}

/**
 * The only value of an attribute, `undefined` where the attribute is absent.
 * @throws PkiError ATTRIBUTE_MALFORMED when it has several values
 */
export function singleValue(attributes: readonly Attribute[], type: string): DerNode | undefined {
  const values = attributes.find((attribute) => attribute.type === type)?.values;
  if (values !== undefined && values.length !== 1)
    throw new PkiError('ATTRIBUTE_MALFORMED', 'attribute with several values', { entry: type });
  return values?.[0];
}

/** An attribute with one value (a whole DER element). */
export function encodeAttribute(type: string, value: Uint8Array): Uint8Array {
  return encodeSequence(encodeObjectIdentifier(type), encodeSetOf([value]));
}
