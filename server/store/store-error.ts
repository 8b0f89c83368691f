import { CodedError } from '#shared/lib/errors';

/** A fault of the file system; `entry` is the path, `cause` the system error. */
export class StoreError extends CodedError<'NOT_FOUND' | 'READ_FAILED' | 'WRITE_FAILED' | 'DISK_FULL'> {}

/** The `code` of a Node system error, e.g. `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
