import { CodedError } from '#shared/lib/errors';

/** Why a bundle is refused. `entry` names the file in it, or the record, line or field below: `file#where`. */
export type BundleErrorCode =
  /** A JSON file is not UTF-8, not in its one form, or not what its schema says. */
  'FILE_MALFORMED' | 'FILE_TOO_LARGE';

export class BundleError extends CodedError<BundleErrorCode> {}
