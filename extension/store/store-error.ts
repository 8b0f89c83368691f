import { CodedError } from '#shared/lib/errors';

/** Failures of the extension's own storage. */
export class StoreError extends CodedError<
  | 'CAPTURE_UNKNOWN'
  | 'ARTEFACT_EXISTS'
  | 'BLOB_MISSING'
  /** The disk has too little room: nothing was written. */
  | 'QUOTA_EXCEEDED'
  | 'DEVICE_MISSING'
  | 'SEGMENT_MISSING'
  | 'SEQUENCE_UNKNOWN'
  | 'SEQUENCE_ENDED'
  | 'SEQUENCE_STEP_RUNNING'
> {}
