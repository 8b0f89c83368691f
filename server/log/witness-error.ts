import { CodedError } from '#shared/lib/errors';

/**
 * A witness did not cosign; `entry` is its key name.
 * - WITNESS_UNREACHABLE: no answer in time, or not a well-formed one.
 * - WITNESS_REFUSED: it answered with an error status: it saw another tree, does not know the log, or is broken.
 * - WITNESS_AHEAD: it cosigned a larger tree under this log's key. The log's folder was probably restored from an
 *   old copy: go on with the newer one, or the log forks.
 */
export class WitnessError extends CodedError<'WITNESS_UNREACHABLE' | 'WITNESS_REFUSED' | 'WITNESS_AHEAD'> {}
