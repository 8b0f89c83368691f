import { CodedError } from '#shared/lib/errors';

/** Failures of the extension's own storage. */
export class StoreError extends CodedError<
  'CAPTURE_UNKNOWN' | 'ARTEFACT_EXISTS' | 'BLOB_MISSING' | 'DEVICE_MISSING' | 'SEGMENT_MISSING'
> {}
