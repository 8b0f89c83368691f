import { canonicalJson } from '#shared/lib/canonical-json';
import { equalBytes } from '#shared/lib/equal-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import { BundleError } from './bundle-error.ts';
import type { BundleFile } from './bundle-file.ts';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import { buildDatapackage } from './datapackage.ts';
import { derivedMediaType } from './derived-media-type.ts';
import { bundlePath } from './layout.ts';
import { pagesText } from './pages.ts';

/** Datapackage and page list say nothing but what the capture record says. */
export async function checkDerived(verification: BundleVerification): Promise<void> {
  const record = established(verification, 'record');
  const pages = await requireFile(verification, bundlePath.pages);
  if (!equalBytes(pages, toUtf8(pagesText(record))))
    throw new BundleError('DERIVED_MISMATCH', 'not the page of the capture record', {
      entry: bundlePath.pages,
    });
  const datapackage = established(verification, 'datapackage');
  const about = { createdAt: Date.parse(datapackage.created), software: datapackage.software };
  const rebuilt = buildDatapackage(record, listedFiles(verification), about);
  if (canonicalJson(rebuilt) !== canonicalJson(datapackage))
    throw new BundleError('DATAPACKAGE_MISMATCH', 'does not follow from the capture record', {
      entry: bundlePath.datapackage,
    });
}

function listedFiles(verification: BundleVerification): BundleFile[] {
  const { artefacts } = established(verification, 'record');
  const mediaTypes = new Map(artefacts.map(({ path, mediaType }) => [path, mediaType]));
  return [...established(verification, 'digests')].map(([path, sha256]) => ({
    path,
    mediaType: mediaTypes.get(path) ?? derivedMediaType(path),
    bytes: established(verification, 'entries').get(path)?.size ?? 0,
    sha256,
  }));
}
