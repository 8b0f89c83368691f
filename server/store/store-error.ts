import { CodedError } from '#shared/lib/errors';

/**
 * A fault of the file system, `entry` is the path; or of the database server, `entry` is its address or setting.
 * `cause` is the system error.
 */
export class StoreError extends CodedError<
  | 'NOT_FOUND'
  | 'READ_FAILED'
  | 'WRITE_FAILED'
  | 'DISK_FULL'
  | 'DIGEST_DIFFERS'
  | 'DATABASE_UNAVAILABLE'
  | 'DATABASE_UNSUITABLE'
  | 'DATABASE_IN_USE'
  | 'DATABASE_NOT_EMPTY'
> {}

/** Codes of the file system, of SQLite (SHMSIZE: no room for the index of its log) and of PostgreSQL (disk_full). */
const FULL: readonly string[] = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', '53100'];

/** Whether something failed because the disk is full, as far down as its causes tell. */
export function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof StoreError && cause.code === 'DISK_FULL') return true;
    if (FULL.includes(systemCode(cause) ?? '')) return true;
  }
  return false;
}

/** The `code` of a Node system error, e.g. `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
