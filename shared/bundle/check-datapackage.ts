import { sha256Hex } from '#shared/lib/sha256';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import { parseCanonicalFile } from './canonical-file.ts';
import { datapackageSchema } from './datapackage.ts';
import { bundlePath } from './layout.ts';

/**
 * The datapackage lists every entry but itself and its digest, which come first; listed order is the order of the
 * file, sizes agree.
 */
export async function checkDatapackage(verification: BundleVerification): Promise<void> {
  const entries = [...established(verification, 'entries').values()];
  const [first, second, ...rest] = entries;
  if (first?.name !== bundlePath.datapackage || second?.name !== bundlePath.datapackageDigest)
    throw new BundleError('DATAPACKAGE_MISSING', 'datapackage and its digest do not come first', {
      entry: bundlePath.datapackage,
    });
  const bytes = await requireFile(verification, bundlePath.datapackage);
  const datapackage = parseCanonicalFile(datapackageSchema, bytes, bundlePath.datapackage);
  const { resources } = datapackage;
  const listed = new Set(resources.map(({ path }) => path));
  const present = new Set(rest.map(({ name }) => name));
  const missing = resources.find(({ path }) => !present.has(path));
  if (missing !== undefined)
    throw new BundleError('ENTRY_MISSING', 'listed but not there', { entry: missing.path });
  for (const [index, { name, size }] of rest.entries()) {
    if (!listed.has(name)) throw new BundleError('ENTRY_UNLISTED', 'not in the datapackage', { entry: name });
    const resource = resources[index];
    if (resource?.path !== name)
      throw new BundleError('ENTRY_UNLISTED', 'not listed in the order of the file', { entry: name });
    if (resource.bytes !== size)
      throw new BundleError('ENTRY_SIZE', `${size} bytes, ${resource.bytes} listed`, { entry: name });
  }
  verification.found.datapackage = datapackage;
  verification.found.datapackageSha256 = sha256Hex(bytes);
}
