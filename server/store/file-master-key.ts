import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fromHex, toHex } from '#shared/lib/hex';
import { toUtf8 } from '#shared/lib/utf8';
import { KEY_BYTES } from './blob-key.ts';
import { writeDurable } from './durable-file.ts';
import { EncryptionError } from './encryption-error.ts';
import type { MasterKey } from './master-key.ts';
import { systemCode } from './store-error.ts';
import { NONCE_BYTES, TAG_BYTES, wrongMasterKey } from './wrapped-key.ts';

/**
 * The master key in a file of 64 hexadecimal digits, for its owner only.
 * @param create makes it when there is none: only where nothing has been encrypted.
 * @throws EncryptionError MASTER_KEY_MISSING, MASTER_KEY_UNREADABLE, MASTER_KEY_EXPOSED
 */
export async function fileMasterKey(path: string, create: boolean): Promise<MasterKey> {
  const key = (await readKey(path)) ?? (create ? await makeKey(path) : undefined);
  if (key === undefined)
    throw new EncryptionError(
      'MASTER_KEY_MISSING',
      `the master key ${path} is not there. Nothing was changed, and encrypted evidence is safe as long as that key ` +
        'exists anywhere: put its file back, with mode 600, and start again. ' +
        `主密钥文件 ${path} 不存在。未改动任何数据;只要该密钥仍有备份,已加密的证据就是安全的:请放回原密钥文件(权限 600)后重新启动。`,
      { entry: path },
    );
  return {
    name: path,
    async wrap(secret, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(toUtf8(context));
      const text = cipher.update(secret);
      cipher.final();
      return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64');
    },
    async unwrap(wrapped, context) {
      const bytes = Buffer.from(wrapped, 'base64');
      const end = bytes.length - TAG_BYTES;
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const options = { authTagLength: TAG_BYTES };
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, options).setAAD(toUtf8(context));
        decipher.setAuthTag(bytes.subarray(end));
        const secret = decipher.update(bytes.subarray(NONCE_BYTES, end));
        decipher.final();
        return new Uint8Array(secret);
      } catch (cause) {
        throw wrongMasterKey(path, cause);
      }
    },
    close: async () => undefined,
  };
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  const unreadable = (why: string, cause?: unknown) =>
    new EncryptionError('MASTER_KEY_UNREADABLE', `the master key ${path} ${why}`, { entry: path, cause });
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw unreadable('cannot be read', cause);
  });
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new EncryptionError(
        'MASTER_KEY_EXPOSED',
        `the master key ${path} can be read by other users: chmod 600. 主密钥文件可被其他用户读取:请执行 chmod 600`,
        { entry: path },
      );
    const text = (await file.readFile('utf8')).trim();
    if (!/^[0-9a-f]{64}$/i.test(text)) throw unreadable('does not hold 64 hexadecimal digits');
    return fromHex(text.toLowerCase());
  } finally {
    await file.close();
  }
}

async function makeKey(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  await writeDurable(path, toUtf8(`${toHex(key)}\n`), 0o600);
  return key;
}
