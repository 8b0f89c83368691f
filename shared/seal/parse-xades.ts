import { fromBase64 } from '#shared/lib/base64';
import { toHex } from '#shared/lib/hex';
import type { SignatureAlgorithm } from '#shared/lib/port';
import type { Sha256 } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import { XadesError } from './xades-error.ts';
import { type XadesContent, type XadesFile, xadesAlgorithms, xadesDocument } from './xades-form.ts';

/** A package holds a handful of files beside its one bundle. */
const MAX_FILES = 1000;

/**
 * Reads a document that `buildXades` wrote. Strict inverse: the values are picked out, the document is written anew
 * from them, and anything but the identical bytes is refused. So there is no XML to interpret differently.
 * @throws XadesError XADES_MALFORMED
 */
export function parseXades(bytes: Uint8Array): XadesContent {
  let content: XadesContent;
  let text: string;
  try {
    text = fromUtf8(bytes);
    content = pick(text);
  } catch (cause) {
    if (cause instanceof XadesError) throw cause;
    throw malformed('value cannot be read', cause);
  }
  if (written(content) !== text) throw malformed('does not re-encode identically');
  return content;
}

function written(content: XadesContent): string {
  try {
    return xadesDocument(content);
  } catch (cause) {
    throw malformed('says what this form cannot carry', cause);
  }
}

function pick(text: string): XadesContent {
  const one = (name: string): string => {
    const [value, ...others] = all(text, name);
    if (value === undefined || others.length > 0) throw malformed(`not exactly one ${name}`);
    return value;
  };
  const method = /<ds:SignatureMethod Algorithm="([^"]*)">/.exec(text)?.[1];
  const algorithm = Object.entries(xadesAlgorithms).find(([, uri]) => uri === method)?.[0];
  if (algorithm === undefined) throw malformed('signature method');
  return {
    files: pickFiles(text),
    algorithm: algorithm as SignatureAlgorithm,
    certificate: fromBase64(one('ds:X509Certificate')),
    signingTime: pickTime(one('xades:SigningTime')),
    signatureValue: fromBase64(one('ds:SignatureValue')),
    timeStamp: fromBase64(one('xades:EncapsulatedTimeStamp')),
    chain: all(text, 'xades:EncapsulatedX509Certificate').map(fromBase64),
    ocsp: fromBase64(one('xades:EncapsulatedOCSPValue')),
  };
}

/** Text content of every element of that name that has no child elements. */
function all(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}[^<>]*>([^<]*)</${name}>`, 'g'))].map(
    ([, value = '']) => value,
  );
}

function pickFiles(text: string): XadesFile[] {
  const reference =
    /<ds:Reference Id="S0-R\d+" URI="([^"]*)"><ds:DigestMethod [^>]*><\/ds:DigestMethod><ds:DigestValue>([^<]*)</g;
  const files = [...text.matchAll(reference)].map(([, name = '', value = '']) => {
    const digest = fromBase64(value);
    if (digest.length !== 32) throw malformed('digest is not a SHA-256');
    return { name, sha256: toHex(digest) as Sha256 };
  });
  if (files.length === 0 || files.length > MAX_FILES) throw malformed('number of files');
  return files;
}

function pickTime(value: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) throw malformed('signing time');
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw malformed('signing time');
  return at;
}

function malformed(why: string, cause?: unknown): XadesError {
  return new XadesError('XADES_MALFORMED', `XAdES: ${why}`, { entry: 'META-INF/signatures001.xml', cause });
}
