import { bundlePath } from '#shared/bundle/layout';
import { CodedError } from '#shared/lib/errors';
import type { ByteSource, Ports } from '#shared/lib/port';
import { readEntry } from '#shared/lib/zip/read-entry';
import { type ExcerptPlace, locateExcerpt } from '#shared/recording/locate-excerpt';
import type { BundleContents } from './verify-package.ts';

/** Whether a file is an excerpt of the recording in a package, and of which part. */
export type ExcerptReport =
  | ({ readonly status: 'pass' } & ExcerptPlace)
  | { readonly status: 'fail'; readonly code: string }
  /** PREREQUISITE_FAILED: the bundle is not sound. NOT_PRESENT: it holds no recording. */
  | { readonly status: 'not-checked'; readonly code: 'PREREQUISITE_FAILED' | 'NOT_PRESENT' };

/**
 * Verifies an excerpt as part of the whole: by the chain of chunks in a bundle whose every check held. The recording
 * itself is not read again. The excerpt proves no more than the package does.
 * @param contents of `inspectPackage`
 * @throws what reading the sources throws
 */
export async function verifyExcerptOf(
  contents: BundleContents | undefined,
  excerpt: ByteSource,
  ports: Ports,
): Promise<ExcerptReport> {
  if (contents === undefined) return { status: 'not-checked', code: 'PREREQUISITE_FAILED' };
  const entry = contents.files.get(bundlePath.recordingJournal);
  if (entry === undefined) return { status: 'not-checked', code: 'NOT_PRESENT' };
  const journal = await readEntry(contents.source, entry);
  try {
    return { status: 'pass', ...(await locateExcerpt(journal, excerpt, contents.record.id, ports)) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { status: 'fail', code: error.code };
  }
}
