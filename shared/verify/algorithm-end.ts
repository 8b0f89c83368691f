import { DerReader } from '#shared/lib/der/der-reader';
import { tag } from '#shared/lib/der/tag';
import type { Certificate } from '#shared/pki/certificate';
import { keyBitsOf } from '#shared/pki/public-key';
import type { ProtectionEnd } from './protection-end.ts';

/** Less than 128 bits of security, NIST IR 8547 (draft) §4.1: deprecated after 2030. */
const END_OF_112_BITS = Date.UTC(2031, 0, 1);
/** ECDSA, EdDSA and RSA of any size, NIST IR 8547 (draft) §4.1: disallowed after 2035. */
const END_OF_CLASSICAL = Date.UTC(2036, 0, 1);
/** 128 bits of security, NIST SP 800-57 part 1 table 2. */
const RSA_OF_128_BITS = 3072;

/** Until when signatures by a certificate's key are expected to be hard to forge; a plan to renew by, not a fact. */
export function algorithmEnd({ keyKind, publicKey }: Certificate): ProtectionEnd {
  if (keyKind !== 'rsa') return { at: END_OF_CLASSICAL, by: keyNames[keyKind] };
  const bits = modulusBits(publicKey);
  return { at: bits < RSA_OF_128_BITS ? END_OF_112_BITS : END_OF_CLASSICAL, by: `RSA-${bits}` };
}

const keyNames = { p256: 'ECDSA P-256', p384: 'ECDSA P-384', ed25519: 'Ed25519' } as const;

function modulusBits(publicKey: Uint8Array): number {
  const { content } = DerReader.of(keyBitsOf(publicKey), 'RSA key').next(tag.integer);
  const [first = 0] = content[0] === 0 ? content.subarray(1) : content;
  const octets = content[0] === 0 ? content.length - 1 : content.length;
  return 8 * octets - Math.clz32(first) + 24;
}
