import { alterationNames, type OutsideCheck } from './outside-check.ts';

const stamp = (data: string, token: string) =>
  `openssl ts -verify -data ${data} -in ${token} -CAfile trust/tsa-ca-1.pem`;
const openssl = { debian: 'openssl', version: 'openssl version' };
const timeStamp = { ...openssl, tool: 'openssl ts -verify', says: [/Verification: OK/] };
const bouncyCastle = {
  tool: 'Bouncy Castle',
  debian: 'libbcpkix-java default-jdk-headless',
  version: 'command -v javac > /dev/null && basename "$(readlink -e /usr/share/java/bcpkix.jar)" .jar',
  says: [/signature and embedded time-stamp verified/],
};

/**
 * `$PACKAGE` is the sealed package, `$CAPTURE` the capture id, `$NSS` a certificate database that trusts the signer's
 * root, `$CLASSES` where BouncyCastle.java is compiled to; `unpacked/` holds what `derive-files.ts` takes out.
 */
export const outsideChecks: readonly OutsideCheck[] = [
  {
    tool: 'unzip -t',
    debian: 'unzip',
    version: 'unzip -v | head -1',
    covers: 'CRC-32 of every entry',
    command: 'unzip -tq "$PACKAGE"',
    refuses: alterationNames,
  },
  {
    tool: '7z t',
    debian: 'p7zip-full',
    version: '7z | grep -m1 .',
    covers: 'CRC-32 of every entry',
    command: '7z t "$PACKAGE"',
    says: [/Everything is Ok/],
    refuses: alterationNames,
  },
  {
    tool: 'sha256sum -c',
    debian: 'coreutils',
    version: 'sha256sum --version | head -1',
    covers: 'every file but mimetype, sealmanifest and log proof',
    command:
      'sha256sum -c --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt META-INF/sealmanifest-sha256.txt',
    refuses: alterationNames,
  },
  {
    ...openssl,
    tool: 'openssl cms -verify',
    covers: 'CAdES signature over the sealed text, chain, CRL',
    command: [
      'openssl cms -verify -cades -crl_check -binary -inform DER -purpose any',
      '-in META-INF/tagmanifest-sha256.txt.cms -content tagmanifest-sha256.txt',
      '-CAfile trust/ca.pem -out /dev/null',
    ].join(' '),
    says: [/CAdES Verification successful/],
    // It does not look at the time-stamp inside: hence the separate token, and Bouncy Castle below.
    refuses: ['sealed text', 'signature', 'root'],
  },
  {
    ...timeStamp,
    covers: 'the bundle',
    command: stamp('"data/$CAPTURE.wacz"', '"data/$CAPTURE.wacz.tsr"'),
    refuses: ['bundle', 'challenge', 'bundle token'],
  },
  {
    ...timeStamp,
    covers: 'the sealed text',
    command: stamp('tagmanifest-sha256.txt', 'META-INF/tagmanifest-sha256.txt.tsr'),
    refuses: ['sealed text', 'seal token'],
  },
  {
    ...timeStamp,
    covers: 'the journal in the bundle',
    command: stamp('unpacked/evidence/journal.jsonl', 'unpacked/evidence/journal.jsonl.tsr'),
    refuses: ['bundle'],
  },
  {
    ...timeStamp,
    covers: 'the challenge in the bundle',
    command: stamp('unpacked/challenge.json', 'unpacked/challenge.tsr'),
    refuses: ['challenge'],
  },
  {
    ...timeStamp,
    covers: 'the XAdES signature value',
    command: `${stamp('unpacked/xades-value.xml', 'unpacked/xades.tst')} -token_in`,
    refuses: ['XAdES signature'],
  },
  {
    tool: 'xmlsec1 --verify',
    debian: 'xmlsec1',
    version: 'xmlsec1 --version',
    covers: 'XAdES signature over every file outside META-INF, chain',
    command: [
      'xmlsec1 --verify --id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties',
      '--trusted-pem trust/ca.pem META-INF/signatures001.xml',
    ].join(' '),
    refuses: ['bundle', 'challenge', 'sealed text', 'certificate', 'XAdES signature', 'bundle token', 'root'],
  },
  {
    tool: 'certtool --p7-verify',
    debian: 'gnutls-bin',
    version: 'certtool --version | head -1',
    covers: 'CAdES signature over the sealed text, chain',
    command: [
      'certtool --p7-verify --inder --infile META-INF/tagmanifest-sha256.txt.cms',
      '--load-data tagmanifest-sha256.txt --load-ca-certificate trust/ca.pem',
    ].join(' '),
    says: [/Signature status: (?:verified|ok)/i],
    refuses: ['sealed text', 'signature', 'root'],
  },
  {
    tool: 'pdfsig',
    debian: 'poppler-utils libnss3-tools',
    version: 'command -v certutil > /dev/null && pdfsig -v 2>&1 | head -1',
    covers: 'PAdES signature of certificate.pdf, chain',
    command: 'pdfsig -nssdir "sql:$NSS" certificate.pdf',
    says: [/Signature is Valid/, /Certificate is Trusted/, /Total document signed/],
    refuses: ['certificate'],
  },
  {
    tool: 'qpdf --check',
    debian: 'qpdf',
    version: 'qpdf --version | head -1',
    covers: 'form of certificate.pdf, what its pages draw',
    command: 'qpdf --check certificate.pdf',
    says: [/No syntax or stream encoding errors found/],
    refuses: ['certificate'],
  },
  {
    ...bouncyCastle,
    covers: 'CAdES signature and the time-stamp embedded in it',
    command: 'java -cp "$CLASSES" BouncyCastle tagmanifest-sha256.txt META-INF/tagmanifest-sha256.txt.cms',
    refuses: ['sealed text', 'signature', 'time-stamp in signature'],
  },
  {
    ...bouncyCastle,
    covers: 'PAdES signature and the time-stamp embedded in it',
    command: 'java -cp "$CLASSES" BouncyCastle unpacked/certificate.bytes unpacked/certificate.cms',
    refuses: ['certificate'],
  },
];
