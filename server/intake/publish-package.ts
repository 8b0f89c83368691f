import { toUtf8 } from '#shared/lib/utf8';
import type { Blobs } from '../store/blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';

interface PublishedFiles {
  /** Name of the finished `.asice` in the work folder. */
  readonly output: string;
  readonly certificate: Uint8Array;
  /** `receipt.json`, text. */
  readonly receipt: string;
}

/**
 * Makes a sealed package visible below `packages/<id>/`, whole or not at all. A folder that is there already is a package
 * published before a crash, and is left as it is.
 */
export function publishPackage(blobs: Blobs, id: string, files: PublishedFiles): Promise<void> {
  return blobs.publish(evidenceName.published(id), [
    { name: `${id}.asice`, copyOf: evidenceName.output(id, files.output) },
    { name: 'certificate.pdf', content: files.certificate },
    { name: 'receipt.json', content: toUtf8(files.receipt) },
  ]);
}
