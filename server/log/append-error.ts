import { CodedError } from '#shared/lib/errors';

/**
 * One leaf was not acknowledged; the log itself goes on.
 * - LOG_BUSY: too many leaves wait already; the leaf was not taken.
 * - LOG_CLOSED: the log was closed before a checkpoint held the leaf.
 * - WITNESSES_UNAVAILABLE: the leaf is in the log, durably, but too few witnesses cosigned in time.
 */
export class AppendError extends CodedError<'LOG_BUSY' | 'LOG_CLOSED' | 'WITNESSES_UNAVAILABLE'> {}
