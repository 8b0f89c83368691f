import { CodedError } from '#shared/lib/errors';

/**
 * A fault of the service's own keys and certificates, of a token that holds them, or of a service asked for a
 * time-stamp or a certificate's status. `entry` is the file, token or address.
 *
 * These pass, and what waits for them goes on by itself: TOKEN_UNAVAILABLE, STATUS_UNAVAILABLE, TSA_UNREACHABLE,
 * TSA_ANSWER, TOO_FEW_TIME_STAMPS, CLOCK_BEHIND. PIN_REFUSED passes when the PIN file changes.
 */
export class TrustError extends CodedError<
  | 'KEY_UNREADABLE'
  | 'KEY_MISMATCH'
  | 'TRUST_DAMAGED'
  | 'NOT_ISSUED_HERE'
  | 'PKCS11_UNAVAILABLE'
  | 'TOKEN_UNAVAILABLE'
  | 'PIN_REFUSED'
  | 'CERTIFICATE_UNUSABLE'
  | 'CERTIFICATE_REVOKED'
  | 'STATUS_UNAVAILABLE'
  | 'CLOCK_BEHIND'
  | 'TSA_UNREACHABLE'
  | 'TSA_ANSWER'
  | 'TOO_FEW_TIME_STAMPS'
> {}
