import { CodedError } from '#shared/lib/errors';

/** The service could not take evidence in, or hand out a challenge or an anchor. */
export class IntakeError extends CodedError<
  | 'CHALLENGE_NUMBER_TAKEN'
  | 'NUMBER_HAS_PACKAGE'
  | 'JOURNAL_FORK'
  | 'TIME_STAMP_FAILED'
  | 'LOG_FAILED'
  | 'WITNESSES_UNAVAILABLE'
  | 'BUILD_MANIFEST_MALFORMED'
  | 'UPLOAD_UNKNOWN'
  | 'UPLOAD_INCOMPLETE'
  | 'UPLOAD_DIGEST_MISMATCH'
> {}

/** Codes with which the service itself refuses a bundle that is sound in itself. */
export type IntakeRefusalCode =
  | 'DEVICE_UNKNOWN'
  | 'DEVICE_KEY_DIFFERS'
  | 'DEVICE_REVOKED'
  | 'CHALLENGE_NOT_ISSUED'
  | 'CHALLENGE_USED'
  | 'CAPTURE_ALREADY_ACCEPTED'
  | 'SEQUENCE_FORK'
  | 'JOURNAL_FORK';

/** A bundle breaks a rule only the service can see broken; `entry` names the file in the bundle. */
export class IntakeRefusal extends CodedError<IntakeRefusalCode> {}
