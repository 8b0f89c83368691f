import { CodedError } from '#shared/lib/errors';

/**
 * `TOO_FEW_TIME_STAMPS`, `AUTHORITY_LOST` (a time-stamp authority failed after it had begun to stamp this seal; `entry`
 * is its name), `TIME_STAMP_FAILED` (a renewal got none), `LOG_FAILED` and `WITNESSES_UNAVAILABLE` (the leaf is in the log already) pass: trying again later
 * resumes the seal. `TRUST_CHANGED`: the service's keys or authorities were replaced after signing had begun. The
 * others mean that something on disk is not what it was.
 */
export type SealErrorCode =
  | 'BUNDLE_CHANGED'
  | 'WORK_MALFORMED'
  | 'TRUST_CHANGED'
  | 'NO_TIME_STAMP_AUTHORITY'
  | 'TOO_FEW_TIME_STAMPS'
  | 'AUTHORITY_LOST'
  | 'TIME_STAMP_FAILED'
  | 'SIGNATURE_FAILED'
  | 'LOG_FAILED'
  | 'WITNESSES_UNAVAILABLE'
  | 'OUTPUT_MISSING'
  | 'SELF_VERIFY_FAILED';

/** A seal that cannot be finished now; what is done stays done. `entry` names the file or step at fault. */
export class SealError extends CodedError<SealErrorCode> {}
