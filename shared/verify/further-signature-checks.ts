import type { Certificate } from '#shared/pki/certificate';
import { packagePath } from '#shared/seal/layout';
import { verifyPades } from '#shared/seal/verify-pades';
import { verifyXades } from '#shared/seal/verify-xades';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { NotChecked } from './not-checked.ts';
import { bytesAt } from './package-members.ts';
import type { TrustFolder } from './trust-folder.ts';
import { need } from './verification.ts';

const sameRoots = {
  zh: '与 seal-signature 相同的签署人与时间戳根证书',
  en: 'the same roots of signer and time as seal-signature',
};

/** `META-INF/signatures001.xml`, XAdES-LT over every file (ETSI EN 319 132-1, EN 319 162-1). */
export const xadesCheck: CheckDefinition = {
  id: 'xades-signature',
  proves: {
    zh: 'XAdES 签名覆盖每个文件,签署时证书未被吊销',
    en: 'the XAdES signature covers every file; the certificate was not revoked when it was made',
  },
  restsOn: sameRoots,
  async run(verification) {
    const entry = packagePath.xades;
    const members = need(verification, 'members');
    if (!members.has(entry)) throw new NotChecked('NOT_PRESENT', 'no XAdES signature', { entry });
    const anchors = rootsOf(need(verification, 'trustFolder'));
    const files = [...members.values()]
      .filter(({ path }) => path !== packagePath.mimetype && !path.startsWith('META-INF/'))
      .map(({ path, sha256 }) => ({ name: path, sha256 }));
    await inEntry(entry, () => verifyXades(verification.ports, bytesAt(members, entry), files, { anchors }));
  },
};

/** The certificate's own signature, which PDF readers show (PAdES, ETSI EN 319 142-1). */
export const certificateSignatureCheck: CheckDefinition = {
  id: 'certificate-signature',
  proves: {
    zh: '校验报告 PDF 由封存机构签名,签名后未改',
    en: 'the certificate PDF was signed by the sealing organisation and has not changed since',
  },
  restsOn: sameRoots,
  async run(verification) {
    const entry = packagePath.certificate;
    const pdf = bytesAt(need(verification, 'members'), entry);
    if (!holdsSignature(pdf)) throw new NotChecked('NOT_PRESENT', 'the PDF is not signed', { entry });
    const anchors = rootsOf(need(verification, 'trustFolder'));
    await inEntry(entry, () => verifyPades(verification.ports, pdf, { anchors }));
  },
};

function rootsOf({ ca, authorityRoots }: TrustFolder): Certificate[] {
  return [ca, ...authorityRoots].map(({ certificate }) => certificate);
}

const BYTE_RANGE = [...'/ByteRange'].map((character) => character.charCodeAt(0));

/** Whether anything in the PDF claims to be a signature; then it must verify. */
function holdsSignature(pdf: Uint8Array): boolean {
  const [first = 0] = BYTE_RANGE;
  for (let at = pdf.indexOf(first); at >= 0; at = pdf.indexOf(first, at + 1))
    if (BYTE_RANGE.every((byte, index) => pdf[at + index] === byte)) return true;
  return false;
}
