import { toUtf8 } from '#shared/lib/utf8';
import type { EncryptionSettings } from './config/encryption-section.ts';
import type { DataKeys } from './store/data-keys.ts';
import { masterKeyNotConfigured } from './store/evidence-blobs.ts';
import type { MasterKey } from './store/master-key.ts';
import { openMasterKey } from './trust/open-master-key.ts';

const PROOF = 'tiezheng/master-key-proof/v1';

/**
 * The master key, known to be the one that wrapped what is there; made on first use. Once evidence is encrypted there is no
 * way without it.
 * @returns `undefined` where nothing is encrypted and nothing shall be.
 * @throws EncryptionError MASTER_KEY_MISSING, MASTER_KEY_WRONG and the like; TrustError. Nothing is changed then.
 */
export async function openEncryption(
  settings: Pick<EncryptionSettings, 'masterKey'> | undefined,
  keys: Pick<DataKeys, 'proof' | 'setProof'>,
): Promise<MasterKey | undefined> {
  const proof = await keys.proof();
  if (settings === undefined) {
    if (proof === undefined) return undefined;
    throw masterKeyNotConfigured();
  }
  const master = await openMasterKey(settings.masterKey, proof === undefined);
  try {
    if (proof === undefined) await keys.setProof(await newProof(master));
    else await requireProved(master, proof);
    return master;
  } catch (error) {
    await master.close();
    throw error;
  }
}

/** @throws EncryptionError MASTER_KEY_WRONG; TrustError */
export async function requireProved(master: MasterKey, proof: string): Promise<void> {
  await master.unwrap(proof, PROOF);
}

/** By which a master key is told from another. */
export function newProof(master: MasterKey): Promise<string> {
  return master.wrap(toUtf8(PROOF), PROOF);
}
