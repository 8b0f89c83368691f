import { fromUtf8 } from '#shared/lib/utf8';
import { DerError } from './der-error.ts';
import type { DerNode } from './parse-der.ts';
import { tag } from './tag.ts';

const singleOctet: ReadonlySet<number> = new Set([
  tag.numericString,
  tag.printableString,
  tag.ia5String,
  tag.visibleString,
  tag.teletexString,
]);

/**
 * Text of a string element that passed `parseDer`. TeletexString is read as Latin-1, as every implementation does.
 * @throws DerError UNEXPECTED_TAG for other types, BAD_STRING for lone surrogates in a BMPString
 */
export function decodeString(node: DerNode): string {
  const { content } = node;
  if (node.tag === tag.utf8String) return fromUtf8(content);
  if (singleOctet.has(node.tag)) return Array.from(content, (octet) => String.fromCharCode(octet)).join('');
  if (node.tag !== tag.bmpString) throw new DerError('UNEXPECTED_TAG', 'not a string type');
  let text = '';
  for (let i = 0; i < content.length; i += 2)
    text += String.fromCharCode(((content[i] ?? 0) << 8) | (content[i + 1] ?? 0));
  if (!text.isWellFormed()) throw new DerError('BAD_STRING', 'lone surrogate');
  return text;
}
