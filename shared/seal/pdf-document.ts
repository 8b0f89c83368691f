import { indexOfBytes } from '#shared/lib/index-of-bytes';
import { PadesError } from './pades-error.ts';
import { type PdfDictionary, parsePdfDictionary, pdfReference } from './pdf-dictionary.ts';

/** What an incremental update needs to know of a PDF with one classic cross-reference table. */
export interface PdfDocument {
  readonly trailer: PdfDictionary;
  /** Byte offset of the cross-reference table. */
  readonly startxref: number;
  /** Number of objects, the next free object number. */
  readonly size: number;
  /** The dictionary of an object that is one. @throws PadesError PDF_MALFORMED */
  dictionary(objectNumber: number): PdfDictionary;
}

const MAX_PAGE_DEPTH = 16;
const TRAILER = fromLatin1('trailer');
const END_OF_OBJECT = fromLatin1('endobj');

/**
 * Reads the end of a PDF as pdfkit writes it: one `xref` section from object 0, no object streams, not encrypted.
 * @throws PadesError PDF_MALFORMED, PDF_UNSUPPORTED
 */
export function readPdf(pdf: Uint8Array): PdfDocument {
  const text = (from: number, to: number) => toLatin1(pdf.subarray(from, to));
  const tail = text(Math.max(0, pdf.length - 200), pdf.length);
  const startxref = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1] ?? Number.NaN);
  if (!text(0, 8).startsWith('%PDF-1.') || !Number.isSafeInteger(startxref)) throw malformed('header or end');
  const table = /^xref\s+0 (\d+)\s*\n/.exec(text(startxref, startxref + 60));
  if (table === null) throw new PadesError('PDF_UNSUPPORTED', 'PDF without a single cross-reference table');
  const size = Number(table[1]);
  const first = startxref + table[0].length;
  const trailerAt = indexOfBytes(pdf, TRAILER, first + 20 * size);
  if (trailerAt < 0) throw malformed('trailer');
  const trailer = parsePdfDictionary(text(trailerAt + TRAILER.length, pdf.length));
  if (trailer.has('Encrypt') || trailer.has('Prev'))
    throw new PadesError('PDF_UNSUPPORTED', 'PDF is encrypted or was updated before');
  const dictionary = (objectNumber: number): PdfDictionary => {
    const entry = text(first + 20 * objectNumber, first + 20 * (objectNumber + 1));
    const offset = Number(/^(\d{10}) 00000 n/.exec(entry)?.[1] ?? Number.NaN);
    const head = `${objectNumber} 0 obj`;
    if (!(objectNumber < size) || text(offset, offset + head.length) !== head)
      throw malformed(`object ${objectNumber}`);
    const end = indexOfBytes(pdf, END_OF_OBJECT, offset);
    if (end < 0) throw malformed(`object ${objectNumber}`);
    return parsePdfDictionary(text(offset + head.length, end));
  };
  return { trailer, startxref, size, dictionary };
}

/** Object number of the first page. @throws PadesError PDF_MALFORMED */
export function firstPageOf(document: PdfDocument, catalog: PdfDictionary): number {
  let number = pdfReference(catalog.get('Pages'));
  for (let depth = 0; depth < MAX_PAGE_DEPTH; depth++) {
    const node = document.dictionary(number);
    if (node.get('Type') === '/Page') return number;
    number = pdfReference(/^\[\s*(\d+\s+0\s+R)/.exec(node.get('Kids') ?? '')?.[1]);
  }
  throw malformed('page tree');
}

/** Inverse of `toLatin1`. */
export function fromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** One character per byte. */
export function toLatin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join('');
}

function malformed(what: string): PadesError {
  return new PadesError('PDF_MALFORMED', `PDF: ${what}`);
}
