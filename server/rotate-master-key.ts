import { join } from 'node:path';
import type { ServiceConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { createDisposers } from './disposers.ts';
import { newProof, requireProved } from './open-encryption.ts';
import { EncryptionError } from './store/encryption-error.ts';
import { masterKeyNotConfigured, rewrapBlobKey } from './store/evidence-blobs.ts';
import type { MasterKey } from './store/master-key.ts';
import { openMetadata } from './store/open-metadata.ts';
import { createStore } from './store/store.ts';
import { openMasterKey } from './trust/open-master-key.ts';

/**
 * Wraps the keys of all packages by `encryption.masterKey` instead of `encryption.previousMasterKey`, all or none: a kill
 * leaves the one or the other. A new key file is made where there is none.
 * @returns what was done, for people.
 * @throws ConfigError VALUE_MALFORMED; EncryptionError; TrustError; StoreError
 */
export async function rotateMasterKey(
  root: string,
  { encryption, database }: Pick<ServiceConfig, 'encryption' | 'database'>,
): Promise<string> {
  if (encryption === undefined) throw masterKeyNotConfigured();
  const { masterKey, previousMasterKey } = encryption;
  if (previousMasterKey === undefined)
    throw new ConfigError(
      'VALUE_MALFORMED',
      'name the key in use as encryption.previousMasterKey and the new one as encryption.masterKey',
      { entry: 'encryption.previousMasterKey' },
    );
  const disposers = createDisposers();
  try {
    const metadata = await openMetadata(join(root, 'service.db'), database, () => undefined);
    disposers.add(() => metadata.destroy());
    const { dataKeys } = createStore(metadata);
    const proof = await dataKeys.proof();
    if (proof === undefined) return 'nothing is encrypted yet: there is nothing to wrap anew';
    const to = await openMasterKey(masterKey, true);
    disposers.add(() => to.close());
    if (await isProved(to, proof)) return `${to.name} is the master key already`;
    const from = await openMasterKey(previousMasterKey, false);
    disposers.add(() => from.close());
    await requireProved(from, proof);
    const again = (id: string, wrapped: string) => rewrapBlobKey(from, to, id, wrapped);
    const count = await dataKeys.rewrap(again, await newProof(to));
    await dataKeys.wipe();
    return (
      `master key  ${to.name} instead of ${from.name}, keys of ${count} packages wrapped anew. ` +
      `Take encryption.previousMasterKey out of the configuration. Backups made before need ${from.name}: keep it as long ` +
      'as you keep them, and destroy it with them. ' +
      `已用 ${to.name} 重新包裹 ${count} 个封存包的密钥;请从配置中删除 encryption.previousMasterKey。此前的备份仍需 ${from.name}。`
    );
  } finally {
    await disposers.dispose();
  }
}

async function isProved(master: MasterKey, proof: string): Promise<boolean> {
  try {
    await requireProved(master, proof);
    return true;
  } catch (error) {
    if (error instanceof EncryptionError && error.code === 'MASTER_KEY_WRONG') return false;
    throw error;
  }
}
