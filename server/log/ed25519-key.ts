import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { toUtf8 } from '#shared/lib/utf8';
import { rawEd25519 } from '#shared/log/ed25519-spki';
import { writeDurable } from '../store/durable-file.ts';
import { systemCode } from '../store/store-error.ts';
import { FatalLogError } from './fatal-log-error.ts';

export interface Ed25519Key {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Deterministic signature of 64 bytes (RFC 8032). */
  sign(data: Uint8Array): Uint8Array;
}

/**
 * The Ed25519 key in a PKCS #8 PEM file.
 * @returns `undefined` when there is no file.
 * @throws FatalLogError KEY_MISMATCH when the file holds anything else, LOG_IO.
 */
export async function readEd25519Key(path: string): Promise<Ed25519Key | undefined> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw new FatalLogError('LOG_IO', `cannot read ${path}`, { entry: path, cause });
  }
  try {
    return keyOf(createPrivateKey(pem));
  } catch (cause) {
    throw new FatalLogError('KEY_MISMATCH', `${path} does not hold an Ed25519 key`, { entry: path, cause });
  }
}

/** Makes a key and writes it durably, readable by its owner alone (mode 0600). */
export async function createEd25519Key(path: string): Promise<Ed25519Key> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  await writeDurable(path, toUtf8(pem), 0o600);
  return keyOf(privateKey);
}

function keyOf(privateKey: KeyObject): Ed25519Key {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { publicKey: rawEd25519(spki), sign: (data) => sign(null, data, privateKey) };
}
