import { CodedError } from '#shared/lib/errors';

/** A fault of the service's own keys and certificates, or of a time-stamp service. `entry` is the file or address. */
export class TrustError extends CodedError<
  'KEY_UNREADABLE' | 'KEY_MISMATCH' | 'TRUST_DAMAGED' | 'NOT_ISSUED_HERE' | 'TSA_UNREACHABLE' | 'TSA_ANSWER'
> {}
