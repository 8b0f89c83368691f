import { CodedError } from '#shared/lib/errors';

export type NotCheckedCode =
  /** An earlier check failed, and this one needs what that would have established. */
  | 'PREREQUISITE_FAILED'
  /** The package does not hold the optional part; its absence is no fault, and no success either. */
  | 'NOT_PRESENT'
  /** The user gave no anchor of this sort. */
  | 'NO_ANCHOR_GIVEN'
  /** None of the user's anchors vouches for it, and the user's policy does not demand one. */
  | 'NOT_ANCHORED'
  /** The caller did not say what time it is. */
  | 'NO_CLOCK'
  /** Certificates of the seal's time-stamp have run out, and no renewal was made before. */
  | 'RENEWAL_MISSING'
  /** A renewal was made, but after they had run out. */
  | 'RENEWED_TOO_LATE';

/** Thrown by a check that cannot be made: neither passed nor failed. `entry` is the file it would have judged. */
export class NotChecked extends CodedError<NotCheckedCode> {}
