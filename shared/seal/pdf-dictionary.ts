import { PadesError } from './pades-error.ts';

/** Top-level entries of a PDF dictionary: name without slash → value as written. */
export type PdfDictionary = ReadonlyMap<string, string>;

const WHITE = /[\0\t\n\f\r ]/;
const REGULAR = /[^\0\t\n\f\r ()<>[\]{}/%]/;
const REFERENCE = /^(\d+)[\0\t\n\f\r ]+0[\0\t\n\f\r ]+R$/;

/**
 * Reads the dictionary that starts at `text` (ISO 32000-1 §7.3.7; one character per byte). Values stay as written.
 * @throws PadesError PDF_MALFORMED
 */
export function parsePdfDictionary(text: string): PdfDictionary {
  let at = skipWhite(text, 0);
  if (!text.startsWith('<<', at)) throw malformed('dictionary expected');
  const entries = new Map<string, string>();
  for (at = skipWhite(text, at + 2); !text.startsWith('>>', at); at = skipWhite(text, at)) {
    if (text[at] !== '/') throw malformed('name expected');
    const name = text.slice(at + 1, endOfRegular(text, at + 1));
    if (entries.has(name)) throw malformed(`name ${name} twice`);
    const start = skipWhite(text, at + 1 + name.length);
    at = endOfValue(text, start);
    entries.set(name, text.slice(start, at));
  }
  return entries;
}

/** The dictionary as text, one entry a line. */
export function formatPdfDictionary(dictionary: PdfDictionary): string {
  const lines = [...dictionary].map(([name, value]) => `/${name} ${value}\n`);
  return `<<\n${lines.join('')}>>`;
}

/** Object number of an indirect reference of generation 0. @throws PadesError PDF_MALFORMED */
export function pdfReference(value: string | undefined): number {
  const number = REFERENCE.exec(value ?? '')?.[1];
  if (number === undefined) throw malformed('reference expected');
  return Number(number);
}

/** End of one value: a name, number, string, array, dictionary, or an indirect reference of three tokens. */
function endOfValue(text: string, start: number): number {
  const reference = /^\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R/.exec(text.slice(start, start + 40))?.[0];
  if (reference !== undefined) return start + reference.length;
  if (text.startsWith('<<', start)) return endOfNested(text, start + 2, '>>');
  if (text[start] === '[') return endOfNested(text, start + 1, ']');
  if (text[start] === '(') return endOfString(text, start);
  if (text[start] === '<') return text.indexOf('>', start) + 1 || fail();
  const from = text[start] === '/' ? start + 1 : start;
  const end = endOfRegular(text, from);
  if (end === start) throw malformed('value expected');
  return end;
}

function endOfNested(text: string, start: number, closing: string): number {
  let at = skipWhite(text, start);
  while (!text.startsWith(closing, at)) {
    if (at >= text.length) fail();
    at = skipWhite(text, endOfValue(text, at));
  }
  return at + closing.length;
}

function endOfString(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return fail();
}

function endOfRegular(text: string, start: number): number {
  let at = start;
  while (at < text.length && REGULAR.test(text.charAt(at))) at++;
  return at;
}

function skipWhite(text: string, start: number): number {
  let at = start;
  while (at < text.length && WHITE.test(text.charAt(at))) at++;
  return at;
}

function fail(): never {
  throw malformed('ends early');
}

function malformed(why: string): PadesError {
  return new PadesError('PDF_MALFORMED', `PDF: ${why}`);
}
