import { StoreError, systemCode } from './store-error.ts';

/** SQLSTATE classes and codes of a server that is away, stopping, or takes no more connections. */
const AWAY =
  /^(?:08...|57P0[1-5]|53300|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** What `pg` says without a code. */
const AWAY_TEXT =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** An error of `pg` as the rest of the service knows it; others pass unchanged. */
export function postgresFault(error: unknown, address: string): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const code = systemCode(error) ?? '';
  if (code === '53100')
    return new StoreError('DISK_FULL', 'the disk of the database is full', { entry: address, cause: error });
  // A socket that is not there is ENOENT, of `connect`.
  const isConnect = (error as { syscall?: unknown }).syscall === 'connect';
  if (!isConnect && !AWAY.test(code) && !AWAY_TEXT.test(error.message)) return error;
  return new StoreError('DATABASE_UNAVAILABLE', `the database at ${address} does not answer`, {
    entry: address,
    cause: error,
  });
}
