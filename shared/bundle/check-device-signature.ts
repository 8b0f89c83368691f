import { fromBase64 } from '#shared/lib/base64';
import { toUtf8 } from '#shared/lib/utf8';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import { parseCanonicalFile } from './canonical-file.ts';
import { datapackageDigestSchema } from './datapackage.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

const PATH = bundlePath.datapackageDigest;

/** The device signed the digest of this datapackage. Whose device it is, the capture record says. */
export async function checkDeviceSignature(verification: BundleVerification): Promise<void> {
  const file = parseCanonicalFile(datapackageDigestSchema, await requireFile(verification, PATH), PATH);
  const { created, software } = established(verification, 'datapackage');
  const hash = `sha256:${established(verification, 'datapackageSha256')}`;
  const { signedData } = file;
  if (file.hash !== hash || signedData.hash !== hash)
    throw new BundleError('DIGEST_MISMATCH', `datapackage is ${hash}`, { entry: PATH });
  if (signedData.created !== created || signedData.software !== software)
    throw new BundleError('DIGEST_MISMATCH', 'signed date or software is not that of the datapackage', {
      entry: PATH,
    });
  const publicKey = await decode(signedData.publicKey);
  const valid = await verification.ports.verifySignature({
    algorithm: 'ecdsa-p384-sha256',
    publicKey,
    data: toUtf8(hash),
    signature: await decode(signedData.signature),
  });
  if (!valid) throw new BundleError('DEVICE_SIGNATURE_INVALID', 'device signature is wrong', { entry: PATH });
  verification.found.devicePublicKey = publicKey;
}

function decode(base64: string): Promise<Uint8Array> {
  return inFile(PATH, () => fromBase64(base64), 'FILE_MALFORMED');
}
