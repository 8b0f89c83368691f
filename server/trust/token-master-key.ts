import { randomBytes } from 'node:crypto';
import type * as pkcs11js from 'pkcs11js';
import { toUtf8 } from '#shared/lib/utf8';
import { EncryptionError } from '../store/encryption-error.ts';
import type { MasterKey } from '../store/master-key.ts';
import { NONCE_BYTES, TAG_BYTES, wrongMasterKey } from '../store/wrapped-key.ts';
import { findSecretKey, generateSecretKey, isExtractable } from './pkcs11-objects.ts';
import { Pkcs11Token, type TokenOptions, type TokenSession } from './pkcs11-token.ts';
import { TrustError } from './trust-error.ts';

/** Larger than any secret that is wrapped. */
const MAX_WRAPPED = 1024;

/**
 * The master key in a token, AES of 256 bits, which never leaves it: the token itself encrypts and decrypts the keys of
 * packages (CKM_AES_GCM). A token that was taken out is used again when it is back.
 * @param create makes the key, not extractable, when the token has none of that label.
 * @throws EncryptionError MASTER_KEY_MISSING, MASTER_KEY_EXPOSED; TrustError
 */
export async function tokenMasterKey(
  { keyLabel, ...options }: TokenOptions & { readonly keyLabel: string },
  create: boolean,
): Promise<MasterKey> {
  const token = await Pkcs11Token.load(options);
  const name = `${options.tokenLabel}/${keyLabel}`;
  try {
    if (create) await makeAbsent(token, keyLabel);
    if (await token.use(async (session) => isExtractable(session, findSecretKey(session, keyLabel))))
      throw new EncryptionError(
        'MASTER_KEY_EXPOSED',
        `the master key ${name} can be read out of its token: make another that is sensitive and not extractable. ` +
          `主密钥 ${name} 可从令牌中导出:请改用不可导出的密钥`,
        { entry: name },
      );
  } catch (error) {
    await token.close();
    throw isAbsent(error) ? missing(name, error) : error;
  }
  const crypt = (
    nonce: Uint8Array,
    context: string,
    work: (session: TokenSession, mechanism: pkcs11js.Mechanism, key: pkcs11js.Handle) => Promise<Buffer>,
  ) =>
    token.use(async (session) => {
      const parameter = {
        type: session.pkcs11.CK_PARAMS_AES_GCM,
        iv: Buffer.from(nonce),
        aad: Buffer.from(toUtf8(context)),
        ivBits: 8 * NONCE_BYTES,
        tagBits: 8 * TAG_BYTES,
      };
      const mechanism = { mechanism: session.pkcs11.CKM_AES_GCM, parameter };
      return work(session, mechanism, findSecretKey(session, keyLabel));
    });
  return {
    name,
    async wrap(secret, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const sealed = await crypt(nonce, context, async ({ library, handle }, mechanism, key) => {
        library.C_EncryptInit(handle, mechanism, key);
        return library.C_EncryptAsync(handle, Buffer.from(secret), Buffer.alloc(MAX_WRAPPED));
      });
      return Buffer.concat([nonce, sealed]).toString('base64');
    },
    async unwrap(wrapped, context) {
      const bytes = Buffer.from(wrapped, 'base64');
      const sealed = bytes.subarray(NONCE_BYTES);
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const secret = await crypt(nonce, context, async (session, mechanism, key) => {
        const { library, handle, pkcs11 } = session;
        library.C_DecryptInit(handle, mechanism, key);
        return library.C_DecryptAsync(handle, sealed, Buffer.alloc(MAX_WRAPPED)).catch((cause: unknown) => {
          // Tokens differ in what they say of a tag that does not fit.
          const says = cause instanceof pkcs11.Pkcs11Error ? cause.code : undefined;
          if (![pkcs11.CKR_ENCRYPTED_DATA_INVALID, pkcs11.CKR_GENERAL_ERROR].some((code) => code === says))
            throw cause;
          throw wrongMasterKey(name, cause);
        });
      });
      return new Uint8Array(secret);
    },
    close: () => token.close(),
  };
}

async function makeAbsent(token: Pkcs11Token, label: string): Promise<void> {
  try {
    await token.use(async (session) => findSecretKey(session, label));
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await token.use(async (session) => generateSecretKey(session, label));
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof TrustError && error.code === 'KEY_UNREADABLE';
}

function missing(name: string, cause: unknown): EncryptionError {
  return new EncryptionError(
    'MASTER_KEY_MISSING',
    `the token has no single master key ${name}. Nothing was changed, and encrypted evidence is safe as long as that key ` +
      'exists: put its token back, or correct the label, and start again. ' +
      `令牌中没有唯一的主密钥 ${name}。未改动任何数据;只要该密钥仍在,已加密的证据就是安全的:请接回其令牌或更正标签后重新启动。`,
    { entry: name, cause },
  );
}
