import { dirname, relative, resolve, sep } from 'node:path';
import * as v from 'valibot';
import { ConfigError } from '../config-error.ts';
import type { MasterKeyOptions } from '../trust/open-master-key.ts';
import { tokenSection } from './token-section.ts';
import { longText } from './values.ts';

/** Where a master key is: a file of the operator's, or an AES key of a PKCS#11 token. */
const masterKeySchema = v.variant('provider', [
  v.strictObject({ provider: v.literal('file'), keyFile: longText }),
  tokenSection,
]);

/** `encryption`: evidence at rest; without it nothing is encrypted. */
export const encryptionSection = v.strictObject({
  masterKey: masterKeySchema,
  /** While keys are being changed: the one before. */
  previousMasterKey: v.optional(masterKeySchema),
});

export interface EncryptionSettings {
  readonly masterKey: MasterKeyOptions;
  readonly previousMasterKey?: MasterKeyOptions;
}

/**
 * Paths are relative to the folder of the configuration file.
 * @throws ConfigError VALUE_MALFORMED for a key file where backups would take it along.
 */
export function encryptionSettings(
  configFile: string,
  dataDir: string,
  { masterKey, previousMasterKey }: v.InferOutput<typeof encryptionSection>,
): EncryptionSettings {
  const at = (path: string) => resolve(dirname(configFile), path);
  const located = (options: v.InferOutput<typeof masterKeySchema>, entry: string): MasterKeyOptions => {
    if (options.provider === 'pkcs11')
      return { ...options, module: at(options.module), pinFile: at(options.pinFile) };
    const keyFile = at(options.keyFile);
    if (!relative(resolve(dataDir, 'service'), keyFile).startsWith(`..${sep}`))
      throw new ConfigError(
        'VALUE_MALFORMED',
        `${entry}.keyFile: ${keyFile} lies in the service folder: each backup would hold the key to itself`,
        { entry: `${entry}.keyFile` },
      );
    return { ...options, keyFile };
  };
  return {
    masterKey: located(masterKey, 'encryption.masterKey'),
    ...(previousMasterKey === undefined
      ? {}
      : { previousMasterKey: located(previousMasterKey, 'encryption.previousMasterKey') }),
  };
}
