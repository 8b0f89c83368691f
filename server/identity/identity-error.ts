import { CodedError } from '#shared/lib/errors';

/** Pairing or signing in was refused. */
export class IdentityError extends CodedError<
  | 'PAIRING_CODE_WRONG'
  | 'PAIRING_CODE_EXPIRED'
  | 'PAIRING_CODE_USED'
  | 'PAIRING_CODE_VOID'
  | 'DEVICE_KEY_MALFORMED'
  | 'DEVICE_SIGNATURE_WRONG'
  | 'DEVICE_ID_TAKEN'
  | 'DEVICE_UNKNOWN'
  | 'DEVICE_REVOKED'
  | 'DEVICE_SUSPENDED'
  | 'NONCE_UNKNOWN'
  | 'SESSION_UNKNOWN'
  | 'DEVICE_OF_OTHER_ORGANISATION'
  | 'SIGN_IN_WRONG'
  | 'SIGN_IN_LOCKED'
  | 'TOTP_REQUIRED'
  | 'TOTP_WRONG'
  | 'INVITATION_UNKNOWN'
  | 'PAIRING_NOT_LOGGED'
> {}
