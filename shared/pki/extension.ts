import { DerReader } from '#shared/lib/der/der-reader';
import type { DerNode } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import { PkiError } from './pki-error.ts';

/** One extension of a certificate, CRL or OCSP answer; `value` is the content of `extnValue`. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/**
 * Parses `Extensions` (RFC 5280 §4.1.2.9). `critical` FALSE is the default and must be absent (X.690 §11.5).
 * @throws DerError, PkiError EXTENSION_MALFORMED, EXTENSION_DUPLICATE
 */
export function parseExtensions(node: DerNode): readonly Extension[] {
  const reader = DerReader.over(node, 'extensions');
  const extensions: Extension[] = [];
  while (reader.more) {
    const extension = reader.enter();
    const oid = extension.oid();
    const flag = extension.optional(tag.boolean);
    if (flag !== undefined && flag.content[0] === 0)
      throw new PkiError('EXTENSION_MALFORMED', 'default value is encoded', { entry: oid });
    if (extensions.some((earlier) => earlier.oid === oid))
      throw new PkiError('EXTENSION_DUPLICATE', `extension ${oid} occurs twice`, { entry: oid });
    extensions.push({ oid, critical: flag !== undefined, value: extension.octets() });
    extension.end();
  }
  if (extensions.length === 0) throw new PkiError('EXTENSION_MALFORMED', 'empty list of extensions');
  return extensions;
}
