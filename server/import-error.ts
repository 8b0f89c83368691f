import { CodedError } from '#shared/lib/errors';

/** A file was not taken in, or its package is not sealed; `entry` names the file, or the package. */
export class ImportError extends CodedError<
  | 'FILE_UNREADABLE'
  /** Not a bundle: no capture can be read in it. */
  | 'NOT_A_BUNDLE'
  /** The service judged it and said no. */
  | 'BUNDLE_REFUSED'
  /** Every byte is with the service; the seal is still to come. */
  | 'NOT_SEALED_YET'
> {}
