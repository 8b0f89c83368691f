/**
 * Every failure the extension can show a person; the text table of `./text/errors.ts` is a Record over it,
 * so a new code without a sentence does not compile.
 */
export const errorCodes = [
  // Before and while capturing
  'URL_MALFORMED',
  'TAB_NOT_FOUND',
  'TAB_NOT_CAPTURABLE',
  'TAB_BUSY',
  'HOST_UNREACHABLE',
  'CERTIFICATE_ERROR',
  'DOWNLOAD_INSTEAD_OF_PAGE',
  'PAGE_NOT_ANSWERING',
  'TAB_CLOSED',
  'DEBUGGER_REFUSED',
  'DEBUGGER_DETACHED',
  'CAPTURE_CANCELLED',
  'CAPTURE_CUT',
  'ENGINE_FAILED',
  'RECORDING_NOT_ALLOWED',
  'RECORDER_FAILED',
  'RECORDING_NOT_RUNNING',
  'REGION_NOT_CHOSEN',
  'FILE_NOT_FETCHABLE',
  'SEQUENCE_UNKNOWN',
  'SEQUENCE_ENDED',
  'SEQUENCE_STEP_RUNNING',
  // Storing
  'QUOTA_EXCEEDED',
  'STORE_FAILED',
  'BLOB_MISSING',
  // Bundling
  'BUNDLE_TOO_LARGE',
  'BUNDLE_FAILED',
  // Inspections
  'INSPECTION_NEEDS_TWO',
  'INSPECTION_NOT_OPEN',
  // Service
  'NOT_PAIRED',
  'ORIGIN_NOT_ALLOWED',
  'PAIRING_CODE_WRONG',
  'PAIRING_LOCKED',
  'DEVICE_NOT_ACCEPTED',
  'SERVICE_UNREACHABLE',
  'SERVICE_REFUSED',
  'SERVICE_ANSWER_MALFORMED',
  'CHALLENGE_FILE_MALFORMED',
  'CHALLENGE_FILE_UNTRUSTED',
  'CHALLENGE_FILE_USELESS',
  'AUTHORITY_MALFORMED',
  'AUTHORITY_FAILED',
  'UPLOAD_BROKEN',
  'BUNDLE_REFUSED',
  'SEALED_BUNDLE_DIFFERS',
  'RECEIPT_INVALID',
  // Requests between contexts
  'CAPTURE_UNKNOWN',
  'CAPTURE_NOT_DISCARDABLE',
  'CAPTURE_NOT_RETRYABLE',
  'PACKAGE_NOT_SEALED',
  'CASE_UNKNOWN',
  'CASE_NUMBER_TAKEN',
  'REQUEST_MALFORMED',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** How an error crosses a message: rebuilt as a `MessageError` on the asking side. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  /** The file, URL or service code at fault. */
  readonly entry?: string;
}
