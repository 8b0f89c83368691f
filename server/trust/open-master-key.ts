import { fileMasterKey } from '../store/file-master-key.ts';
import type { MasterKey } from '../store/master-key.ts';
import type { TokenOptions } from './pkcs11-token.ts';
import { tokenMasterKey } from './token-master-key.ts';

/** Where the key is kept that wraps the keys of packages. */
export type MasterKeyOptions =
  | { readonly provider: 'file'; readonly keyFile: string }
  | ({ readonly provider: 'pkcs11'; readonly keyLabel: string } & TokenOptions);

/**
 * @param create makes the key when there is none: only where nothing has been encrypted.
 * @throws EncryptionError; TrustError PKCS11_UNAVAILABLE, TOKEN_UNAVAILABLE, PIN_REFUSED
 */
export function openMasterKey(options: MasterKeyOptions, create: boolean): Promise<MasterKey> {
  return options.provider === 'file'
    ? fileMasterKey(options.keyFile, create)
    : tokenMasterKey(options, create);
}
