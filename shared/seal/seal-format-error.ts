import { CodedError } from '#shared/lib/errors';

export type SealFormatErrorCode =
  | 'BAGIT_MALFORMED'
  | 'BAG_INFO_MALFORMED'
  | 'MANIFEST_MALFORMED'
  | 'ASIC_MANIFEST_MALFORMED'
  | 'PATH_NOT_ALLOWED';

/** A text file of a sealed package that does not read, or would not re-encode to the same bytes. `entry` names it. */
export class SealFormatError extends CodedError<SealFormatErrorCode> {}
