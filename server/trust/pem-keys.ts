import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SignatureAlgorithm } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import { writeDurable } from '../store/durable-file.ts';
import type { KeyHandle, KeyProvider } from './key-provider.ts';
import { TrustError } from './trust-error.ts';

const generate = promisify(generateKeyPair);
const signAsync = promisify(sign);

/** Keys as PKCS#8 PEM files `<name>.key`, mode 0600, in `folder`. */
export function pemKeys(folder: string): KeyProvider {
  const fileOf = (name: string) => join(folder, `${name}.key`);
  return {
    async create(name, kind) {
      const { privateKey } =
        kind === 'p256'
          ? await generate('ec', { namedCurve: 'P-256' })
          : await generate('rsa', { modulusLength: 3072 });
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      await writeDurable(fileOf(name), toUtf8(pem), 0o600);
      return handleOf(privateKey, fileOf(name));
    },
    open: (name) => readPemKey(fileOf(name)),
  };
}

/**
 * The key in a PEM file, PKCS#8 or SEC 1, not encrypted.
 * @throws TrustError KEY_UNREADABLE
 */
export async function readPemKey(file: string): Promise<KeyHandle> {
  try {
    return handleOf(createPrivateKey(await readFile(file)), file);
  } catch (cause) {
    if (cause instanceof TrustError) throw cause;
    throw new TrustError('KEY_UNREADABLE', `cannot read the key ${file}`, { entry: file, cause });
  }
}

const algorithms = new Map<string, SignatureAlgorithm>([
  ['ec prime256v1', 'ecdsa-p256-sha256'],
  ['ec secp384r1', 'ecdsa-p384-sha384'],
  ['rsa', 'rsa-pkcs1-sha256'],
]);

function handleOf(key: KeyObject, file: string): KeyHandle {
  const kind = [key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve].filter(Boolean).join(' ');
  const algorithm = algorithms.get(kind);
  if (algorithm === undefined)
    throw new TrustError('KEY_UNREADABLE', `${file} holds a key of another kind: ${kind}`, { entry: file });
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const digest = algorithm.endsWith('384') ? 'sha384' : 'sha256';
  return {
    publicKey: new Uint8Array(publicKey),
    algorithm,
    sign: async (data) => new Uint8Array(await signAsync(digest, data, { key, dsaEncoding: 'ieee-p1363' })),
  };
}
