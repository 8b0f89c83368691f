import { CodedError } from '#shared/lib/errors';

export type VerifyErrorCode =
  | 'TRUST_EMPTY'
  | 'TRUST_LINE_UNKNOWN'
  | 'TRUST_KEY_MALFORMED'
  | 'TRUST_CERTIFICATE_MALFORMED'
  | 'TRUST_POLICY_MALFORMED'
  | 'TRUST_NOT_TEXT'
  | 'ENTRY_NOT_ALLOWED'
  | 'ENTRY_MISSING'
  | 'ENTRY_ORDER'
  | 'ENTRY_TOO_LARGE'
  | 'ENTRY_CONTENT'
  | 'NOT_UTF8'
  | 'CRC_MISMATCH'
  | 'HASH_MISMATCH'
  | 'NOT_LISTED'
  | 'LISTED_BUT_MISSING'
  | 'NOT_CANONICAL'
  | 'PACKAGE_ID_MISMATCH'
  | 'BAG_INFO_MISMATCH'
  | 'CAPTURE_ID_MISMATCH'
  | 'RECEIPT_MALFORMED'
  | 'RECEIPT_MISMATCH'
  | 'SIGNATURE_INVALID'
  | 'KEY_MISMATCH'
  | 'TIME_ORDER'
  | 'TRUST_FOLDER_MISMATCH'
  | 'SIGNER_NOT_TRUSTED'
  | 'LOG_NOT_TRUSTED'
  | 'UNKNOWN_COSIGNATURE'
  | 'TOO_FEW_WITNESSES'
  | 'TOO_FEW_TIME_STAMPS'
  | 'UNEXPECTED_FAULT'
  | 'READ_FAILED';

/** A trust file or a sealed package that does not hold. `entry` names the file or line at fault. */
export class VerifyError extends CodedError<VerifyErrorCode> {}
