import { CodedError } from '#shared/lib/errors';

/** The service cannot run as it was asked to; `entry` names the argument or variable. */
export class ConfigError extends CodedError<
  'ARGUMENT_UNKNOWN' | 'VALUE_MALFORMED' | 'TLS_REQUIRED' | 'PORT_IN_USE' | 'SERVICE_NOT_RUNNING'
> {}
