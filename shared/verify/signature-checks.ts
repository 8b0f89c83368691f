import { singleValue } from '#shared/pki/attribute';
import { oid } from '#shared/pki/oid';
import { parseSignedData } from '#shared/pki/signed-data';
import { parseTimeStampToken } from '#shared/pki/time-stamp-token';
import { verifySignedData } from '#shared/pki/verify-signed-data';
import { packagePath } from '#shared/seal/layout';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { NotChecked } from './not-checked.ts';
import { bytesAt } from './package-members.ts';
import { need } from './verification.ts';

/** The CAdES signature over the sealed text (ETSI EN 319 122-1). */
export const sealSignatureCheck: CheckDefinition = {
  id: 'seal-signature',
  proves: {
    zh: '封存的清单由签名证书的持有人签署,签署后未改',
    en: 'the sealed text was signed by the holder of the signing certificate and has not changed since',
  },
  restsOn: {
    zh: '签名密钥未泄露;签署人是谁另见 trusted-signer',
    en: 'the signing key being kept; who the signer is, is judged by trusted-signer',
  },
  async run(verification) {
    const { ports, found } = verification;
    const members = need(verification, 'members');
    const cms = bytesAt(members, packagePath.cms);
    const text = bytesAt(members, packagePath.tagManifest);
    await inEntry(packagePath.cms, async () => {
      const signedData = parseSignedData(cms);
      const stamped = singleValue(signedData.signer.unsignedAttributes, oid.signatureTimeStamp) !== undefined;
      const at = stamped ? {} : { at: need(verification, 'sealTime').genTime };
      const { signer, embeddedTimeStamp } = await verifySignedData(ports, cms, text, at);
      const signedAt = embeddedTimeStamp?.genTime ?? need(verification, 'sealTime').genTime;
      found.signature = { signer, certificates: signedData.certificates, signedAt };
      if (embeddedTimeStamp === undefined) return;
      const token = singleValue(signedData.signer.unsignedAttributes, oid.signatureTimeStamp)?.der;
      found.signatureTime = {
        entry: packagePath.cms,
        genTime: embeddedTimeStamp.genTime,
        signer: embeddedTimeStamp.signer,
        certificates: parseTimeStampToken(token ?? new Uint8Array(0)).certificates,
      };
    });
  },
};

/** The time-stamp inside the signature, which openssl does not look at. */
export const signatureTimeCheck: CheckDefinition = {
  id: 'signature-time',
  proves: {
    zh: '签名在其内嵌时间戳的时间已存在',
    en: 'the signature existed at the time of the time-stamp embedded in it',
  },
  restsOn: {
    zh: '签发该时间戳的机构;机构是否可信另见 trusted-time',
    en: 'the authority that issued the token; whether it is trusted is judged by trusted-time',
  },
  run(verification) {
    need(verification, 'signature');
    if (verification.found.signatureTime === undefined)
      throw new NotChecked('NOT_PRESENT', 'no embedded time-stamp', { entry: packagePath.cms });
  },
};
