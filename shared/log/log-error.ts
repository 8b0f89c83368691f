import { CodedError } from '#shared/lib/errors';

export type LogErrorCode =
  | 'SIZE_MALFORMED'
  | 'HASH_MALFORMED'
  | 'KEY_MALFORMED'
  | 'NOTE_MALFORMED'
  | 'CHECKPOINT_MALFORMED'
  | 'PROOF_MALFORMED'
  | 'TILE_PATH_MALFORMED'
  | 'TILE_MALFORMED'
  | 'TILE_MISSING'
  | 'TILE_UNREADABLE'
  | 'TREE_MISMATCH'
  | 'ENTRIES_MALFORMED'
  | 'ENTRY_TOO_LARGE'
  | 'EXTRA_DATA'
  | 'LOG_KEY_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'TOO_FEW_COSIGNATURES'
  | 'INDEX_OUT_OF_RANGE'
  | 'INCLUSION_INVALID'
  | 'CONSISTENCY_FROM_EMPTY'
  | 'CONSISTENCY_INVALID';

/** What is wrong with a log's text, key, signature or proof. */
export class LogError extends CodedError<LogErrorCode> {}
