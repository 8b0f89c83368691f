import { concatBytes } from '#shared/lib/concat-bytes';
import { toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { encodeAttribute } from '#shared/pki/attribute';
import { buildSignedData, type CertificateSigner } from '#shared/pki/build-signed-data';
import { parseCertificate } from '#shared/pki/certificate';
import { oid } from '#shared/pki/oid';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import type { StampDigest } from './cades.ts';
import { PadesError } from './pades-error.ts';
import { formatPdfDictionary, type PdfDictionary, pdfReference } from './pdf-dictionary.ts';
import { firstPageOf, fromLatin1, type PdfDocument, readPdf } from './pdf-document.ts';

export interface PadesInput {
  readonly signer: CertificateSigner;
  /** Issuers of the signer's certificate, up to and including the root; DER. */
  readonly chain: readonly Uint8Array[];
  readonly stamp: StampDigest;
  /** Claimed by the signer, UTC milliseconds; written into the signature dictionary. */
  readonly signingTime: number;
  /** Why it is signed; shown by readers. */
  readonly reason?: string;
}

/** Bytes kept free for the CMS: own tokens make it 6 kB, foreign ones with long chains up to twice that. */
const RESERVED = 16_384;
/** `<`, the CMS in hexadecimal, `>`. */
const CONTENTS_LENGTH = 2 * RESERVED + 2;
/** Digits kept free for each number of the byte range. */
const RANGE_DIGITS = 10;
/** What stands between the byte range and the signature itself. */
const BEHIND_RANGE = ']\n/Contents ';

/**
 * Signs a PDF by an incremental update: an invisible signature field on the first page with a PAdES signature of
 * level T (ETSI EN 319 142-1, ETSI.CAdES.detached) that covers everything but its own place. The given bytes stay
 * the beginning of the result.
 * @param pdf as pdfkit writes it, see `readPdf`
 * @throws PadesError; what `signer.sign` and `stamp` throw; PkiError, DerError for a response that is not a token
 */
export async function signPdf(pdf: Uint8Array, input: PadesInput): Promise<Uint8Array> {
  const { before, after } = buildUpdate(pdf, input);
  const head = concatBytes(pdf, fromLatin1(before));
  const tail = fromLatin1(after);
  const range = [0, head.length, head.length + CONTENTS_LENGTH, tail.length];
  const digits = range.map((value) => String(value).padEnd(RANGE_DIGITS)).join(' ');
  head.set(fromLatin1(digits), head.length - BEHIND_RANGE.length - digits.length);
  const cms = await buildSignedData({
    contentType: oid.data,
    content: concatBytes(head, tail),
    detached: true,
    signer: input.signer,
    certificates: [input.signer.certificate, ...input.chain],
    unsignedAttributes: async (signature) => {
      const { token } = parseTimeStampResponse(await input.stamp(sha256(signature)));
      return [encodeAttribute(oid.signatureTimeStamp, token)];
    },
  });
  if (cms.length > RESERVED)
    throw new PadesError('SIGNATURE_TOO_LARGE', `signature of ${cms.length} bytes does not fit`);
  return concatBytes(head, fromLatin1(`<${toHex(cms).padEnd(2 * RESERVED, '0')}>`), tail);
}

/** The update's text before and behind the value of `/Contents`. */
function buildUpdate(pdf: Uint8Array, input: PadesInput): { before: string; after: string } {
  const document = readPdf(pdf);
  const root = pdfReference(document.trailer.get('Root'));
  const catalog = document.dictionary(root);
  if (catalog.has('AcroForm')) throw new PadesError('PDF_ALREADY_SIGNED', 'PDF has a form already');
  const page = firstPageOf(document, catalog);
  const field = document.size;
  const signature = document.size + 1;
  const objects: readonly (readonly [number, string])[] = [
    [root, formatPdfDictionary(withForm(catalog, field))],
    [page, formatPdfDictionary(withAnnotation(document.dictionary(page), field))],
    [field, fieldDictionary(page, signature)],
  ];
  const offsets = new Map<number, number>();
  let before = pdf.at(-1) === 0x0a ? '' : '\n';
  for (const [number, body] of objects) {
    offsets.set(number, pdf.length + before.length);
    before += `${number} 0 obj\n${body}\nendobj\n`;
  }
  offsets.set(signature, pdf.length + before.length);
  before += `${signature} 0 obj\n${signatureDictionary(input)}${BEHIND_RANGE}`;
  const behind = '\n>>\nendobj\n';
  const startxref = pdf.length + before.length + CONTENTS_LENGTH + behind.length;
  const after = behind + crossReferences(offsets) + trailer(pdf, document, signature + 1, startxref);
  return { before, after };
}

function withForm(catalog: PdfDictionary, field: number): PdfDictionary {
  return new Map([...catalog, ['AcroForm', `<< /Fields [${field} 0 R] /SigFlags 3 >>`]]);
}

function withAnnotation(page: PdfDictionary, field: number): PdfDictionary {
  const annotations = page.get('Annots') ?? '[]';
  if (!annotations.startsWith('['))
    throw new PadesError('PDF_UNSUPPORTED', 'annotations of the first page are an indirect object');
  return new Map([...page, ['Annots', `${annotations.slice(0, -1)} ${field} 0 R]`]]);
}

/** Flags 132: printed, locked (ISO 32000-1 §12.5.3); an empty rectangle shows nothing. */
function fieldDictionary(page: number, signature: number): string {
  const entries = ['/Type /Annot', '/Subtype /Widget', '/FT /Sig', '/T (Signature1)', '/F 132'];
  return `<< ${entries.join(' ')} /Rect [0 0 0 0] /P ${page} 0 R /V ${signature} 0 R >>`;
}

/** Up to the numbers of the byte range, whose place is kept free. */
function signatureDictionary({ signer, signingTime, reason }: PadesInput): string {
  const name = parseCertificate(signer.certificate).subject.commonName;
  const date = new Date(signingTime).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '');
  const entries = [
    '/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached',
    `/M (D:${date}Z)`,
    `/Name ${textString(name)}`,
    ...(reason === undefined ? [] : [`/Reason ${textString(reason)}`]),
    `/ByteRange [${' '.repeat(4 * RANGE_DIGITS + 3)}`,
  ];
  return `<<\n${entries.join('\n')}`;
}

/** A text string as UTF-16BE with byte order mark, in hexadecimal (ISO 32000-1 §7.9.2.2). */
function textString(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) =>
    text.charCodeAt(index).toString(16).padStart(4, '0'),
  );
  return `<feff${units.join('')}>`;
}

function crossReferences(offsets: ReadonlyMap<number, number>): string {
  const sections = [...offsets]
    .sort(([a], [b]) => a - b)
    .map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`);
  return `xref\n${sections.join('')}`;
}

function trailer(pdf: Uint8Array, document: PdfDocument, size: number, startxref: number): string {
  const [, first] = /^\[\s*(<[0-9A-Fa-f]*>)/.exec(document.trailer.get('ID') ?? '') ?? [];
  const changed = new Map([
    ...document.trailer,
    ['Size', String(size)],
    ['Prev', String(document.startxref)],
    ...(first === undefined ? [] : ([['ID', `[${first} <${toHex(sha256(pdf).subarray(0, 16))}>]`]] as const)),
  ]);
  return `trailer\n${formatPdfDictionary(changed)}\nstartxref\n${startxref}\n%%EOF\n`;
}
