import { CodedError } from '#shared/lib/errors';

/** The service cannot run as it was asked to; `entry` names the argument, variable or member of the file. */
export class ConfigError extends CodedError<
  | 'ARGUMENT_UNKNOWN'
  | 'VALUE_MALFORMED'
  | 'FILE_UNREADABLE'
  | 'HOSTS_REQUIRED'
  | 'LOG_KEY_NOT_ANNOUNCED'
  | 'PORT_IN_USE'
  | 'SERVICE_NOT_RUNNING'
  | 'SERVICE_REFUSED'
  | 'SERVICE_DATA_MISSING'
> {}
