import { CodedError } from '#shared/lib/errors';

/** A second look could not be taken; nothing was signed or logged. */
export class LookError extends CodedError<
  | 'SECOND_LOOK_OFF'
  | 'SECOND_LOOK_NOT_YET'
  | 'SECOND_LOOK_NO_TLS'
  | 'SECOND_LOOK_HOST_UNKNOWN'
  | 'SECOND_LOOK_ADDRESS_REFUSED'
  | 'SECOND_LOOK_UNREACHABLE'
  | 'SECOND_LOOK_NO_SECOND'
> {}
