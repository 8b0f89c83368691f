import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex, toHex } from '#shared/lib/hex';

/** DER of DigestInfo up to the digest itself, by the digest's length (RFC 8017 §9.2 note 1). */
const digestInfos: ReadonlyMap<number, Uint8Array> = new Map([
  [32, fromHex('3031300d060960864801650304020105000420')],
  [48, fromHex('3041300d060960864801650304020205000430')],
  [64, fromHex('3051300d060960864801650304020305000440')],
]);

/**
 * RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2) over a digest: the one possible encoded message is built and
 * compared, nothing is parsed out of the signature.
 * @param digest SHA-256, SHA-384 or SHA-512 by its length.
 */
export function verifyRsaPkcs1(
  { modulus, exponent }: { readonly modulus: bigint; readonly exponent: bigint },
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const octets = Math.ceil(modulus.toString(16).length / 2);
  const digestInfo = digestInfos.get(digest.length);
  const value = BigInt(`0x${toHex(signature) || '0'}`);
  if (digestInfo === undefined || signature.length !== octets || value >= modulus) return false;
  const padding = new Uint8Array(octets - digestInfo.length - digest.length - 3).fill(0xff);
  const expected = concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), digestInfo, digest);
  const opened = modularPower(value, exponent, modulus)
    .toString(16)
    .padStart(2 * octets, '0');
  return equalBytes(fromHex(opened), expected);
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
