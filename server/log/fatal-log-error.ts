import { CodedError } from '#shared/lib/errors';

export type FatalLogErrorCode =
  /** Another process, or another instance in this one, writes this log. */
  | 'LOG_LOCKED'
  /** The files contradict each other; restore the folder from a copy that was never behind the published log. */
  | 'LOG_CORRUPT'
  /** An immutable file holds other bytes than it must. */
  | 'LOG_CONFLICT'
  /** There is a log here but not its key. */
  | 'KEY_MISSING'
  /** The key file is unreadable or the log is signed by another key. */
  | 'KEY_MISMATCH'
  /** The log here has another origin. */
  | 'ORIGIN_MISMATCH'
  /** More cosignatures are demanded than there are witnesses. */
  | 'TOO_FEW_WITNESSES'
  /** The clock is behind the last checkpoint. */
  | 'CLOCK_BEHIND'
  /** The disk failed; what is on it is known again only after a new start. */
  | 'LOG_IO';

/** The log stopped: nothing is signed any more until it is opened again, which recovers what was durable. */
export class FatalLogError extends CodedError<FatalLogErrorCode> {}
