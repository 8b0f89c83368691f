import { JournalError } from '#shared/journal/journal-error';
import { ZipError } from '#shared/lib/zip/zip-error';
import { RecordingError } from '#shared/recording/recording-error';
import { WarcError } from '#shared/warc/warc-error';
import { BundleError, type BundleErrorCode } from './bundle-error.ts';

/**
 * Runs the verification of one file, and names that file in the fault it finds.
 * @param code what a fault of another module (DER, CMS, log) becomes; without it those pass unchanged.
 * @throws BundleError with the code of the container, WARC or journal fault, or with `code`.
 */
export async function inFile<T>(
  path: string,
  work: () => T | Promise<T>,
  code?: BundleErrorCode,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WarcError || cause instanceof JournalError)
      throw new BundleError(cause.code, cause.message, { entry: `${path}#${cause.entry}`, cause });
    if (cause instanceof RecordingError)
      throw new BundleError(cause.code, cause.message, { entry: `${path}#${cause.entry ?? 'end'}`, cause });
    if (cause instanceof ZipError) throw new BundleError(cause.code, cause.message, { entry: path, cause });
    if (cause instanceof BundleError || code === undefined || !(cause instanceof Error)) throw cause;
    throw new BundleError(code, cause.message, { entry: path, cause });
  }
}
