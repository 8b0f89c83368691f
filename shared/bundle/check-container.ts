import { openZip } from '#shared/lib/zip/open-zip';
import { ZipError } from '#shared/lib/zip/zip-error';
import { BundleError } from './bundle-error.ts';
import type { BundleVerification } from './bundle-verification.ts';

/** One strict archive, whose entry names are known from here on. */
export async function checkContainer({ source, found }: BundleVerification): Promise<void> {
  const { entries } = await openZip(source).catch((cause: unknown) => {
    if (!(cause instanceof ZipError)) throw cause;
    throw new BundleError(cause.code, cause.message, { entry: cause.entry, cause });
  });
  found.entries = new Map(entries.map((entry) => [entry.name, entry]));
}
