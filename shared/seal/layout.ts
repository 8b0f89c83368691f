/** Fixed paths inside a sealed package (design §7); `id` is the package id `EVD-…`. */
export const packagePath = {
  mimetype: 'mimetype',
  bagit: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  readme: 'README.txt',
  certificate: 'certificate.pdf',
  receipt: 'receipt.json',
  /** Witness artefacts made before the seal; n ≥ 1. */
  secondLook: (n: number) => `second-look-${n}.json`,
  caCertificate: 'trust/ca.pem',
  ocspCertificate: 'trust/ocsp.pem',
  logKey: 'trust/log.vkey',
  tsaCa: (n: number) => `trust/tsa-ca-${n}.pem`,
  tsa: (n: number) => `trust/tsa-${n}.pem`,
  witnessKey: (n: number) => `trust/witness-${n}.vkey`,
  sm2Key: 'trust/sm2.pem',
  bundle: (captureId: string) => `data/${captureId}.wacz`,
  bundleToken: (captureId: string) => `data/${captureId}.wacz.tsr`,
  asicManifest: 'META-INF/manifest.xml',
  xades: 'META-INF/signatures001.xml',
  cms: 'META-INF/tagmanifest-sha256.txt.cms',
  token: 'META-INF/tagmanifest-sha256.txt.tsr',
  /** Of a second authority and so on; n ≥ 2. */
  furtherToken: (n: number) => `META-INF/tagmanifest-sha256.txt.${n}.tsr`,
  sm3Manifest: 'META-INF/manifest-sm3.txt',
  sm3ManifestSignature: 'META-INF/manifest-sm3.txt.sm2',
  tagManifestSm2: 'META-INF/tagmanifest-sha256.txt.sm2',
  sealManifest: 'META-INF/sealmanifest-sha256.txt',
  logProof: 'META-INF/tagmanifest-sha256.txt.tlog-proof',
} as const;

export const ASICE_MEDIA_TYPE = 'application/vnd.etsi.asic-e+zip';
