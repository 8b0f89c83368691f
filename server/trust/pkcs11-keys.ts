import { createHash } from 'node:crypto';
import type * as pkcs11js from 'pkcs11js';
import { encodeOctetString, encodeSequence } from '#shared/lib/der/encode-der';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { encodeHashAlgorithm, type HashName } from '#shared/pki/hash';
import { hashOf } from '#shared/pki/signature-scheme';
import { signingAlgorithmOf } from '#shared/pki/signing-algorithm';
import { nodePorts } from '../store/node-ports.ts';
import type { KeyHandle, KeyProvider } from './key-provider.ts';
import { findPrivateKey, generateKey, readPublicKey } from './pkcs11-objects.ts';
import type { Pkcs11Token, TokenSession } from './pkcs11-token.ts';
import { TrustError } from './trust-error.ts';

/** Keys in a token, named by their label (CKA_LABEL). Private keys are made so that they can never be read. */
export function pkcs11Keys(token: Pkcs11Token): KeyProvider {
  const open = async (name: string) =>
    tokenKey(token, name, await token.use(async (session) => readPublicKey(session, name)));
  return {
    open,
    async create(name, kind) {
      await token.use((session) => generateKey(session, name, kind));
      return open(name);
    },
  };
}

/**
 * The key labelled `label`, known by its public key: the token may be absent now. A signature that does not fit the
 * public key is not given away.
 * @throws DerError, PkiError KEY_UNSUPPORTED
 */
export function tokenKey(token: Pkcs11Token, label: string, publicKey: Uint8Array): KeyHandle {
  const algorithm = signingAlgorithmOf(publicKey);
  const keys = new WeakMap<TokenSession, pkcs11js.Handle>();
  const signIn = async (session: TokenSession, data: Uint8Array): Promise<Uint8Array> => {
    const key = keys.get(session) ?? findPrivateKey(session, label);
    keys.set(session, key);
    const { library, handle, pkcs11 } = session;
    const digest = digestOf(algorithm, data);
    const isRsa = algorithm.startsWith('rsa');
    library.C_SignInit(handle, { mechanism: isRsa ? pkcs11.CKM_RSA_PKCS : pkcs11.CKM_ECDSA }, key);
    const input = isRsa ? digestInfo(hashOf(algorithm), digest) : digest;
    return new Uint8Array(await library.C_SignAsync(handle, Buffer.from(input), Buffer.alloc(MAX_SIGNATURE)));
  };
  return {
    publicKey,
    algorithm,
    async sign(data) {
      const signature = await token.use((session) => signIn(session, data));
      if (await nodePorts.verifySignature({ algorithm, publicKey, data, signature })) return signature;
      throw new TrustError('KEY_MISMATCH', `key ${label} of the token is not the one of its certificate`, {
        entry: label,
      });
    },
  };
}

/** RSA of 8192 bits. */
const MAX_SIGNATURE = 1024;

/** Tokens differ in what they hash; every one signs a digest. */
function digestOf(algorithm: SignatureAlgorithm, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hashOf(algorithm)).update(data).digest());
}

/** RFC 8017 §9.2: what CKM_RSA_PKCS pads and signs. */
function digestInfo(hash: HashName, digest: Uint8Array): Uint8Array {
  return encodeSequence(encodeHashAlgorithm(hash, true), encodeOctetString(digest));
}
