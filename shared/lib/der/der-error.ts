import { CodedError } from '#shared/lib/errors';

export type DerErrorCode =
  | 'TRUNCATED'
  | 'TRAILING_BYTES'
  | 'INDEFINITE_LENGTH'
  | 'NON_MINIMAL_LENGTH'
  | 'TOO_DEEP'
  | 'UNKNOWN_TAG'
  | 'UNEXPECTED_TAG'
  | 'MISSING_ELEMENT'
  | 'BAD_BOOLEAN'
  | 'BAD_INTEGER'
  | 'BAD_BIT_STRING'
  | 'BAD_NULL'
  | 'BAD_OID'
  | 'BAD_STRING'
  | 'BAD_TIME'
  | 'UNSORTED_SET';

/** Bytes that are not the one DER encoding (ITU-T X.690 §10, §11) of the expected value. */
export class DerError extends CodedError<DerErrorCode> {}
