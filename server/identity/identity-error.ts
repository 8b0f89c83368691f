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
  | 'ADMIN_TOKEN_WRONG'
  | 'PAIRING_NOT_LOGGED'
> {}
