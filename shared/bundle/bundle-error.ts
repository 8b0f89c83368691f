import type { JournalErrorCode } from '#shared/journal/journal-error';
import { CodedError } from '#shared/lib/errors';
import type { ZipErrorCode } from '#shared/lib/zip/zip-error';
import type { RecordingErrorCode } from '#shared/recording/recording-error';
import type { WarcErrorCode } from '#shared/warc/warc-error';

/** Why a bundle is refused. Faults of container, WARC, journal and recording keep their own codes. */
export type BundleErrorCode =
  | ZipErrorCode
  | WarcErrorCode
  | JournalErrorCode
  | RecordingErrorCode
  /** A JSON file is not UTF-8, not in its one form, or not what its schema says. */
  | 'FILE_MALFORMED'
  /** A file that is read whole exceeds its limit. */
  | 'FILE_TOO_LARGE'
  /** `datapackage.json` and its digest are not the first two entries. */
  | 'DATAPACKAGE_MISSING'
  /** An entry that the datapackage does not list, or lists elsewhere in the order. */
  | 'ENTRY_UNLISTED'
  /** Listed in the datapackage or stored according to the journal, but not there. */
  | 'ENTRY_MISSING'
  | 'ENTRY_SIZE'
  | 'HASH_MISMATCH'
  /** The datapackage says something else than the capture record. */
  | 'DATAPACKAGE_MISMATCH'
  /** The digest file does not name the datapackage that is there. */
  | 'DIGEST_MISMATCH'
  | 'DEVICE_SIGNATURE_INVALID'
  /** Device id, key and capture id do not belong together. */
  | 'DEVICE_MISMATCH'
  /** An artefact of the record has a path, media type or number its kind does not allow. */
  | 'ARTEFACT_INVALID'
  /** A step without a sequence, a sequence of another device, or a predecessor that cannot be one. */
  | 'SEQUENCE_INVALID'
  /** The journal does not begin at the challenge, or does not end with the closing of this capture. */
  | 'JOURNAL_BOUNDS'
  /** What the journal says of the capture's start or closing is not what the record says. */
  | 'JOURNAL_MISMATCH'
  /** A file that no journal entry before the anchor names. */
  | 'NOT_IN_CHAIN'
  /** A file is not the one the journal or the capture record names. */
  | 'CHAIN_MISMATCH'
  /** Challenge file and capture record do not belong together. */
  | 'CHALLENGE_MISMATCH'
  /** Environment report and capture record do not belong together, or the report denies its own evidence. */
  | 'ENVIRONMENT_MISMATCH'
  /** A statement of the service in the environment report is not signed by its certificate. */
  | 'STATEMENT_INVALID'
  | 'TIME_STAMP_INVALID'
  | 'ANCHOR_BEFORE_CHALLENGE'
  | 'PROOF_MALFORMED'
  /** The index is not the one the WARC gives. */
  | 'INDEX_MISMATCH'
  /** A file that follows from others (pages, secondary index) differs from what they give. */
  | 'DERIVED_MISMATCH';

/** `entry` names the file in the bundle; `file#where` a record, line or field in it. */
export class BundleError extends CodedError<BundleErrorCode> {}
