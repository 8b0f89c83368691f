import { EncryptionError } from './encryption-error.ts';

/** A wrapped key is nonce ‖ ciphertext ‖ tag, as base64. */
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** What every kind of master key says of what it did not wrap. @param name of the key */
export function wrongMasterKey(name: string, cause?: unknown): EncryptionError {
  return new EncryptionError(
    'MASTER_KEY_WRONG',
    `the master key ${name} is not the one this evidence is encrypted under. Nothing was changed, and encrypted evidence ` +
      'is safe as long as the right key exists anywhere: configure that one. After a change of keys run rotate-keys --master-key. ' +
      `主密钥 ${name} 不是加密现有证据所用的密钥。未改动任何数据;只要正确的密钥仍有备份,已加密的证据就是安全的:请改回该密钥;若在更换密钥,请运行 rotate-keys --master-key。`,
    { entry: name, cause },
  );
}
