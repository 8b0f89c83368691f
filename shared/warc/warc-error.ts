import { CodedError } from '#shared/lib/errors';

/**
 * A WARC file that cannot be written or read. `entry` names the record: `record 12 at 34567`, or the target URI
 * while writing.
 */
export type WarcErrorCode =
  /** The gzip member is malformed, cut off, or has no skip lengths. */
  | 'MEMBER_MALFORMED'
  /** Version line, named fields or closing CRLF CRLF are not as ISO 28500 §4 says. */
  | 'RECORD_MALFORMED'
  | 'FIELD_MISSING'
  | 'FIELD_MALFORMED'
  | 'FIELD_DUPLICATE'
  | 'RECORD_ID_DUPLICATE'
  /** Content-Length disagrees with the block. */
  | 'CONTENT_LENGTH'
  | 'BLOCK_DIGEST'
  | 'PAYLOAD_DIGEST'
  /** The block of a request or response has no HTTP head. */
  | 'HTTP_MALFORMED'
  /** A stored body is not the one that was hashed when it was captured. */
  | 'BODY_CHANGED';

export class WarcError extends CodedError<WarcErrorCode> {}
