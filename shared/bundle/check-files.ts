import type { Sha256 } from '#shared/lib/sha256';
import { hashEntry } from '#shared/lib/zip/read-entry';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established } from './bundle-verification.ts';
import { inFile } from './in-file.ts';

/** Every listed file has the SHA-256 the datapackage states, and the CRC-32 of its ZIP header. */
export async function checkFiles(verification: BundleVerification): Promise<void> {
  const { source, ports } = verification;
  const entries = established(verification, 'entries');
  const digests = new Map<string, Sha256>();
  for (const { path, hash } of established(verification, 'datapackage').resources) {
    const entry = entries.get(path);
    if (entry === undefined) throw new BundleError('ENTRY_MISSING', 'listed but not there', { entry: path });
    const sha256 = await inFile(path, () => hashEntry(source, entry, ports));
    if (hash !== `sha256:${sha256}`)
      throw new BundleError('HASH_MISMATCH', `SHA-256 is ${sha256}`, { entry: path });
    digests.set(path, sha256);
  }
  verification.found.digests = digests;
}
