import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex, toHex } from '#shared/lib/hex';
import { indexOfBytes } from '#shared/lib/index-of-bytes';
import type { Ports } from '#shared/lib/port';
import type { Certificate } from '#shared/pki/certificate';
import { type VerifiedSignedData, verifySignedData } from '#shared/pki/verify-signed-data';
import { PadesError } from './pades-error.ts';
import { fromLatin1, toLatin1 } from './pdf-document.ts';

const MARK = fromLatin1('/ByteRange [');
const SIGNATURE = /^\/ByteRange \[(\d+) +(\d+) +(\d+) +(\d+) *\]\n\/Contents <([0-9a-f]+)>/;
const END_OF_CONTENTS = 0x3e;
/** More than the longest place for a signature, as hexadecimal digits. */
const MAX_LENGTH = 2 ** 18;

/**
 * Verifies the one signature of a PDF that `signPdf` wrote: its byte range is the whole file but the signature's own
 * place, and the CMS verifies over it.
 * @throws PadesError PDF_NOT_SIGNED, PDF_NOT_COVERED, PDF_MALFORMED; PkiError, DerError
 */
export async function verifyPades(
  ports: Ports,
  pdf: Uint8Array,
  options: { anchors?: readonly Certificate[] } = {},
): Promise<VerifiedSignedData> {
  const at = indexOfBytes(pdf, MARK);
  const close = Math.min(at + MAX_LENGTH, pdf.indexOf(END_OF_CONTENTS, at) + 1);
  const match = at < 0 ? null : SIGNATURE.exec(toLatin1(pdf.subarray(at, close)));
  if (match === null || indexOfBytes(pdf, MARK, at + 1) >= 0)
    throw new PadesError('PDF_NOT_SIGNED', 'PDF does not hold exactly one signature');
  const [start = -1, first = -1, second = -1, rest = -1] = match.slice(1, 5).map(Number);
  const contents = match[5] ?? '';
  const end = at + match[0].length;
  const place = end - contents.length - 2;
  if (start !== 0 || first !== place || second !== end || second + rest !== pdf.length)
    throw new PadesError('PDF_NOT_COVERED', 'signature does not cover the whole PDF');
  const signed = concatBytes(pdf.subarray(0, first), pdf.subarray(second));
  return verifySignedData(ports, cmsOf(contents), signed, options);
}

/** The CMS without the zeros that fill its place. */
function cmsOf(contents: string): Uint8Array {
  const padded = contents.length % 2 === 0 ? fromHex(contents) : new Uint8Array(0);
  const [tag, form = 0, high = 0, low = 0] = padded;
  // A CMS with certificates and a token is between 256 and 65,535 bytes long: a two-octet DER length.
  const length = tag === 0x30 && form === 0x82 ? 4 + 256 * high + low : 0;
  const padding = padded.subarray(length);
  if (length === 0 || length > padded.length || !equalBytes(padding, new Uint8Array(padding.length)))
    throw new PadesError('PDF_MALFORMED', `signature is not a CMS: ${toHex(padded.subarray(0, 4))}`);
  return padded.subarray(0, length);
}
