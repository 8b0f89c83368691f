import { CodedError } from '#shared/lib/errors';

/** One debugger command that brought no result; `entry` is its method. */
export class CommandError extends CodedError<
  | 'TIMEOUT'
  /** The browser answered with an error, or the target of the command went away. */
  | 'REFUSED'
> {}
