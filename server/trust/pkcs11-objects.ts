import type * as pkcs11js from 'pkcs11js';
import {
  encodeBitString,
  encodeInteger,
  encodeNull,
  encodeObjectIdentifier,
  encodeSequence,
} from '#shared/lib/der/encode-der';
import { toHex } from '#shared/lib/hex';
import { oid } from '#shared/pki/oid';
import type { NewKeyKind } from './key-provider.ts';
import type { TokenSession } from './pkcs11-token.ts';
import { TrustError } from './trust-error.ts';

const P256 = encodeObjectIdentifier(oid.p256);
/** A point of P-256 or P-384, uncompressed. Some tokens wrap it in an OCTET STRING, as PKCS#11 2.20 says, some do not. */
const POINT_LENGTHS = [65, 97];
const RSA_BITS = 3072;
const AES_BYTES = 32;
const RSA_EXPONENT = Buffer.of(1, 0, 1);

/** @throws TrustError KEY_UNREADABLE when there is none, or more than one */
export function findPrivateKey(session: TokenSession, label: string): pkcs11js.Handle {
  return findKey(session, label, session.pkcs11.CKO_PRIVATE_KEY);
}

/**
 * SubjectPublicKeyInfo, DER, of the public key stored under `label`.
 * @throws TrustError KEY_UNREADABLE
 */
export function readPublicKey(session: TokenSession, label: string): Uint8Array {
  const { pkcs11, library, handle } = session;
  const key = findKey(session, label, pkcs11.CKO_PUBLIC_KEY);
  const read = (...types: number[]): Buffer[] =>
    library
      .C_GetAttributeValue(
        handle,
        key,
        types.map((type) => ({ type })),
      )
      .map(({ value }) => value as Buffer);
  const [type] = read(pkcs11.CKA_KEY_TYPE);
  const kind = type?.readUIntLE(0, Math.min(type.length, 6));
  if (kind === pkcs11.CKK_EC) {
    const [params, point] = read(pkcs11.CKA_EC_PARAMS, pkcs11.CKA_EC_POINT);
    return ecPublicKey(params ?? Buffer.of(), point ?? Buffer.of());
  }
  if (kind === pkcs11.CKK_RSA) {
    const [modulus, exponent] = read(pkcs11.CKA_MODULUS, pkcs11.CKA_PUBLIC_EXPONENT);
    return rsaPublicKey(modulus ?? Buffer.of(), exponent ?? Buffer.of());
  }
  throw new TrustError('KEY_UNREADABLE', `key ${label} of the token is neither EC nor RSA`, { entry: label });
}

/** Makes a key pair that never leaves the token and stores it there under `label`. */
export async function generateKey(session: TokenSession, label: string, kind: NewKeyKind): Promise<void> {
  const { pkcs11, library, handle } = session;
  const both = [
    { type: pkcs11.CKA_TOKEN, value: true },
    { type: pkcs11.CKA_LABEL, value: label },
  ];
  const ec = kind === 'p256';
  await library.C_GenerateKeyPairAsync(
    handle,
    { mechanism: ec ? pkcs11.CKM_EC_KEY_PAIR_GEN : pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN },
    [
      ...both,
      { type: pkcs11.CKA_VERIFY, value: true },
      ...(ec
        ? [{ type: pkcs11.CKA_EC_PARAMS, value: Buffer.from(P256) }]
        : [
            { type: pkcs11.CKA_MODULUS_BITS, value: RSA_BITS },
            { type: pkcs11.CKA_PUBLIC_EXPONENT, value: RSA_EXPONENT },
          ]),
    ],
    [
      ...both,
      { type: pkcs11.CKA_PRIVATE, value: true },
      { type: pkcs11.CKA_SIGN, value: true },
      { type: pkcs11.CKA_SENSITIVE, value: true },
      { type: pkcs11.CKA_EXTRACTABLE, value: false },
    ],
  );
}

/** @throws TrustError KEY_UNREADABLE when there is none, or more than one */
export function findSecretKey(session: TokenSession, label: string): pkcs11js.Handle {
  return findKey(session, label, session.pkcs11.CKO_SECRET_KEY);
}

/** Makes an AES key of 256 bits that never leaves the token and stores it there under `label`. */
export function generateSecretKey({ pkcs11, library, handle }: TokenSession, label: string): void {
  library.C_GenerateKey(handle, { mechanism: pkcs11.CKM_AES_KEY_GEN }, [
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_SECRET_KEY },
    { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_AES },
    { type: pkcs11.CKA_VALUE_LEN, value: AES_BYTES },
    { type: pkcs11.CKA_TOKEN, value: true },
    { type: pkcs11.CKA_LABEL, value: label },
    { type: pkcs11.CKA_PRIVATE, value: true },
    { type: pkcs11.CKA_ENCRYPT, value: true },
    { type: pkcs11.CKA_DECRYPT, value: true },
    { type: pkcs11.CKA_SENSITIVE, value: true },
    { type: pkcs11.CKA_EXTRACTABLE, value: false },
  ]);
}

/** Whether a key can be read out of its token. */
export function isExtractable({ pkcs11, library, handle }: TokenSession, key: pkcs11js.Handle): boolean {
  const flags = library.C_GetAttributeValue(handle, key, [
    { type: pkcs11.CKA_SENSITIVE },
    { type: pkcs11.CKA_EXTRACTABLE },
  ]);
  const [sensitive, extractable] = flags.map(({ value }) => (value as Buffer)[0]);
  return sensitive !== 1 || extractable !== 0;
}

function findKey(
  { pkcs11, library, handle }: TokenSession,
  label: string,
  keyClass: number,
): pkcs11js.Handle {
  library.C_FindObjectsInit(handle, [
    { type: pkcs11.CKA_CLASS, value: keyClass },
    { type: pkcs11.CKA_LABEL, value: label },
  ]);
  let found: pkcs11js.Handle[];
  try {
    found = library.C_FindObjects(handle, 2);
  } finally {
    library.C_FindObjectsFinal(handle);
  }
  const [key, second] = found;
  if (key !== undefined && second === undefined) return key;
  throw new TrustError(
    'KEY_UNREADABLE',
    `the token has ${key ? 'several keys' : 'no key'} labelled ${label}`,
    {
      entry: label,
    },
  );
}

function ecPublicKey(curve: Buffer, stored: Buffer): Uint8Array {
  const point = POINT_LENGTHS.includes(stored.length) ? stored : stored.subarray(2);
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(oid.ecPublicKey), new Uint8Array(curve)),
    encodeBitString(new Uint8Array(point)),
  );
}

function rsaPublicKey(modulus: Buffer, exponent: Buffer): Uint8Array {
  const integer = (bytes: Buffer) => encodeInteger(BigInt(`0x${toHex(bytes)}`));
  return encodeSequence(
    encodeSequence(encodeObjectIdentifier(oid.rsaEncryption), encodeNull()),
    encodeBitString(encodeSequence(integer(modulus), integer(exponent))),
  );
}
