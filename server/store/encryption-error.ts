import { CodedError } from '#shared/lib/errors';

/**
 * A fault of encryption at rest. Of a file, `entry` is its name: `BLOB_DAMAGED` (altered, cut off, extended, put together
 * from others), `BLOB_KEY_DIFFERS` (of another package). Of the master key, `entry` is its file or token:
 * `MASTER_KEY_MISSING`, `MASTER_KEY_UNREADABLE`, `MASTER_KEY_EXPOSED` (others may read it), `MASTER_KEY_WRONG` (not the
 * one that wrapped the keys of the packages).
 */
export class EncryptionError extends CodedError<
  | 'BLOB_DAMAGED'
  | 'BLOB_KEY_DIFFERS'
  | 'MASTER_KEY_MISSING'
  | 'MASTER_KEY_UNREADABLE'
  | 'MASTER_KEY_EXPOSED'
  | 'MASTER_KEY_WRONG'
> {}
