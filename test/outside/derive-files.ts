import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Takes apart what no tool takes apart by itself, into `unpacked/` of an unzipped package: the challenge with its
 * token, the value and token of the XAdES signature, the signed bytes and the CMS of the certificate. Text and offsets
 * only, none of the product's code. What cannot be found is left out, so that the tool that wants it refuses.
 * @param folder of the unzipped package, the bundle in it already unzipped into `unpacked/`.
 */
export async function deriveFiles(folder: string): Promise<void> {
  const into = join(folder, 'unpacked');
  await mkdir(into, { recursive: true });
  await takeChallenge(into);
  await takeXades(await readFile(join(folder, 'META-INF', 'signatures001.xml'), 'utf8'), into);
  await takePades(await readFile(join(folder, 'certificate.pdf')), into);
}

/** `{"challenge":{…},"proof":"…","token":"…"}`, in RFC 8785 form: the value of the first member is what was stamped. */
async function takeChallenge(into: string): Promise<void> {
  const text = await readFile(join(into, 'evidence', 'challenge.json'), 'utf8');
  const [, challenge] = /^\{"challenge":(\{[^}]*\}),"proof":/.exec(text) ?? [];
  const [, token] = /"token":"([A-Za-z0-9+/=]*)"/.exec(text) ?? [];
  if (challenge === undefined || token === undefined) return;
  await writeFile(join(into, 'challenge.json'), challenge);
  await writeFile(join(into, 'challenge.tsr'), Buffer.from(token, 'base64'));
}

/** The element in Exclusive C14N: as it stands, but with the namespace it inherits declared. */
async function takeXades(xml: string, into: string): Promise<void> {
  const [, attributes, value] = /<ds:SignatureValue([^>]*)>([^<]*)<\/ds:SignatureValue>/.exec(xml) ?? [];
  const [, token] = /<xades:EncapsulatedTimeStamp>([^<]*)</.exec(xml) ?? [];
  if (attributes === undefined || value === undefined || token === undefined) return;
  const declared = attributes.includes('xmlns:ds=')
    ? attributes
    : ` xmlns:ds="http://www.w3.org/2000/09/xmldsig#"${attributes}`;
  await writeFile(
    join(into, 'xades-value.xml'),
    `<ds:SignatureValue${declared}>${value}</ds:SignatureValue>`,
  );
  await writeFile(join(into, 'xades.tst'), Buffer.from(token, 'base64'));
}

/** `/ByteRange [0 a b c]`: bytes 0…a and b…b+c are signed, the CMS stands between in hexadecimal, padded with zeros. */
async function takePades(pdf: Buffer, into: string): Promise<void> {
  const text = pdf.toString('latin1');
  const [, a, b, c] = /\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(text)?.map(Number) ?? [];
  if (a === undefined || b === undefined || c === undefined) return;
  await writeFile(
    join(into, 'certificate.bytes'),
    Buffer.concat([pdf.subarray(0, a), pdf.subarray(b, b + c)]),
  );
  const padded = Buffer.from(text.slice(a + 1, b - 1), 'hex');
  const [kind, form] = padded;
  // SEQUENCE with a length of two octets, as every CMS of 256 to 65,535 bytes begins.
  if (kind !== 0x30 || form !== 0x82) return;
  await writeFile(join(into, 'certificate.cms'), padded.subarray(0, 4 + padded.readUInt16BE(2)));
}
