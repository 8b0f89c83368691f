import { CodedError } from '#shared/lib/errors';

export type RecordingErrorCode =
  /** A line of the chain is not the RFC 8785 form of an entry. */
  | 'RECORDING_LINE_MALFORMED'
  /** An entry does not follow the one before, or its hash does not fit it. */
  | 'RECORDING_CHAIN_BROKEN'
  /** A chunk has another SHA-256 than its entry states. */
  | 'RECORDING_CHUNK_ALTERED'
  /** Chunks do not cover the file exactly, or an excerpt asks for chunks that are not there. */
  | 'RECORDING_BOUNDS'
  /** The chain and the device journal tell of different chunks. */
  | 'RECORDING_MISMATCH';

/** Why a recording is refused; `entry` names the line (`line 3`) or chunk (`chunk 2`). */
export class RecordingError extends CodedError<RecordingErrorCode> {}
