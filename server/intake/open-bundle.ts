import type { ByteSource } from '#shared/lib/port';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { entrySource } from '#shared/lib/zip/read-entry';
import { packagePath } from '#shared/seal/layout';
import { evidenceName } from '../store/evidence-names.ts';
import type { Package } from '../store/packages.ts';
import type { IntakeContext } from './intake-context.ts';

export interface OpenBundle {
  readonly source: ByteSource;
  close(): Promise<void>;
}

/**
 * The bundle of an accepted package, wherever it is: as uploaded, or, byte for byte the same, in the sealed package.
 * @throws StoreError, EncryptionError
 */
export async function openBundle(
  { evidence }: Pick<IntakeContext, 'evidence'>,
  row: Package,
): Promise<OpenBundle> {
  const { blobs } = await evidence.of(row.id);
  if (row.state !== 'sealed') {
    const source = await blobs.open(evidenceName.bundle(row.upload));
    return { source, close: () => source.close() };
  }
  const source = await blobs.open(evidenceName.package(row.id));
  const name = packagePath.bundle(row.capture ?? '');
  const entry = (await openCanonicalZip(source)).entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new TypeError(`${row.id} has no ${name}`);
  return { source: entrySource(source, entry), close: () => source.close() };
}
