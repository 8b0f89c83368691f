import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DerReader } from '#shared/lib/der/der-reader';
import { tag } from '#shared/lib/der/tag';
import { CodedError } from '#shared/lib/errors';
import { toHex } from '#shared/lib/hex';
import { oid } from '#shared/pki/oid';
import { parsePem } from '#shared/pki/pem';
import { PkiError } from '#shared/pki/pki-error';
import { encodeSm2PublicKey, signSm2, sm2PublicPoint } from '#shared/pki/sm2';
import { TrustError } from './trust-error.ts';

/** Signs beside the seal's own signature with SM2 and SM3. */
export interface Sm2Signer {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** GM/T 0009-2012 signature, DER, under the default identity. */
  sign(data: Uint8Array): Uint8Array;
}

/**
 * Opens an SM2 key in a PKCS#8 PEM file, as `openssl genpkey` writes it. Node's own SM2 is not used: its signatures
 * are plain ECDSA, or under an empty identity.
 * @throws TrustError KEY_UNREADABLE
 */
export async function openSm2Key(file: string): Promise<Sm2Signer> {
  const unreadable = (why: string, cause: unknown) =>
    new TrustError('KEY_UNREADABLE', `cannot read the SM2 key ${file}: ${why}`, { entry: file, cause });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw unreadable('no such file', cause);
  }
  try {
    const [der] = parsePem(text, 'PRIVATE KEY');
    const privateKey = parsePrivateKey(der ?? new Uint8Array());
    const publicKey = encodeSm2PublicKey(sm2PublicPoint(privateKey));
    const random = (length: number) => new Uint8Array(randomBytes(length));
    return { publicKey, sign: (data) => signSm2(privateKey, data, random) };
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw unreadable(cause.message, cause);
  }
}

/** PrivateKeyInfo (RFC 5208 §5) around an ECPrivateKey (RFC 5915 §3). */
function parsePrivateKey(der: Uint8Array): bigint {
  const info = DerReader.of(der, 'SM2 private key');
  info.number();
  const algorithm = info.enter();
  if (algorithm.oid() !== oid.ecPublicKey || algorithm.oid() !== oid.sm2)
    throw new PkiError('KEY_UNSUPPORTED', 'the key is not on the SM2 curve');
  const key = DerReader.of(info.octets(), 'SM2 private key');
  info.optional(tag.constructed(0));
  info.end();
  key.number();
  return BigInt(`0x${toHex(key.octets())}`);
}
