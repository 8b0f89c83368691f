import { CodedError } from '#shared/lib/errors';

/** A journal that cannot be read or does not hold together. `entry` is `line <n>`, from 1. */
export type JournalErrorCode =
  /** Not JSON, not an entry, not in RFC 8785 form, or not ended by LF. */
  | 'LINE_MALFORMED'
  /** `hash` is not that of the entry. */
  | 'ENTRY_HASH'
  /** `detailHash` does not fit the detail shown. */
  | 'DETAIL_HASH'
  /** `seq` does not follow. */
  | 'SEQUENCE_GAP'
  /** `prev` is not the hash of the entry before. */
  | 'CHAIN_BROKEN'
  /** The capture was never closed, or starts after its end. */
  | 'NOT_CLOSED';

export class JournalError extends CodedError<JournalErrorCode> {}
