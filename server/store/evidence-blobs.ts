import { randomBytes } from 'node:crypto';
import { type BlobKey, blobKey, KEY_BYTES } from './blob-key.ts';
import type { BlobRef } from './blob-ref.ts';
import type { Blobs } from './blobs.ts';
import type { DataKeys } from './data-keys.ts';
import { encryptedBlobs } from './encrypted-blobs.ts';
import { EncryptionError } from './encryption-error.ts';
import { folderBlobs } from './folder-blobs.ts';
import type { MasterKey } from './master-key.ts';

/** The files of one package, in the clear to whoever asks. */
export interface PackageBlobs {
  readonly blobs: Blobs;
  /** Its key; absent where its files are kept in the clear. */
  readonly key: BlobKey | undefined;
  /** One of them, for whoever opens it in another thread. */
  refOf(name: string): BlobRef;
}

/** The files of packages, each under a key of its own where encryption is on. */
export interface EvidenceBlobs {
  /** Whether packages received from now on are encrypted. */
  readonly encrypts: boolean;
  /** As they are stored. */
  readonly stored: Blobs;
  /** @throws EncryptionError; TrustError TOKEN_UNAVAILABLE, PIN_REFUSED */
  of(packageId: string): Promise<PackageBlobs>;
  /**
   * For a package that is being received, whose row does not exist yet: a new key, which is to be stored with the row.
   * @throws TypeError where encryption is off; TrustError as `of`.
   */
  begin(packageId: string): Promise<{ readonly blobs: Blobs; readonly wrappedKey: string }>;
}

/** @param folder of the service. */
export function evidenceBlobs(
  folder: string,
  keys: Pick<DataKeys, 'get'>,
  master: MasterKey | undefined,
): EvidenceBlobs {
  const stored = folderBlobs(folder);
  const refsUnder = (key: BlobKey | undefined) => (name: string) => ({ folder, name, key });
  return {
    encrypts: master !== undefined,
    stored,
    async of(packageId) {
      const wrapped = await keys.get(packageId);
      if (wrapped === undefined) return { blobs: stored, key: undefined, refOf: refsUnder(undefined) };
      const key = await unwrapBlobKey(master, packageId, wrapped);
      return { blobs: encryptedBlobs(stored, key), key, refOf: refsUnder(key) };
    },
    async begin(packageId) {
      if (master === undefined) throw new TypeError('encryption is off');
      const bytes = new Uint8Array(randomBytes(KEY_BYTES));
      const wrappedKey = await master.wrap(bytes, contextOf(packageId));
      return { blobs: encryptedBlobs(stored, blobKey(bytes)), wrappedKey };
    },
  };
}

/**
 * The key of a package.
 * @throws EncryptionError MASTER_KEY_MISSING, MASTER_KEY_WRONG; TrustError of a token
 */
export async function unwrapBlobKey(
  master: MasterKey | undefined,
  packageId: string,
  wrapped: string,
): Promise<BlobKey> {
  if (master === undefined) throw masterKeyNotConfigured();
  return blobKey(await master.unwrap(wrapped, contextOf(packageId)));
}

/** The key of a package wrapped by another master key. */
export async function rewrapBlobKey(
  from: MasterKey,
  to: MasterKey,
  packageId: string,
  wrapped: string,
): Promise<string> {
  return to.wrap(await from.unwrap(wrapped, contextOf(packageId)), contextOf(packageId));
}

export function masterKeyNotConfigured(): EncryptionError {
  return new EncryptionError(
    'MASTER_KEY_MISSING',
    'evidence here is encrypted, and no setting names its master key. Nothing was changed, and the evidence is safe: ' +
      'put encryption.masterKey back into the configuration. ' +
      '此处的证据已加密,但配置中没有指明主密钥。未改动任何数据,证据安全:请在配置中恢复 encryption.masterKey。',
    { entry: 'encryption.masterKey' },
  );
}

function contextOf(packageId: string): string {
  return `tiezheng/data-key/v1\n${packageId}`;
}
