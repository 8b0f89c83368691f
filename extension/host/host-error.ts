import { CodedError } from '#shared/lib/errors';

/** What the browser can refuse or fail to give. */
export class HostError extends CodedError<
  | 'TAB_NOT_FOUND'
  | 'HOST_UNREACHABLE'
  | 'CERTIFICATE_ERROR'
  | 'DOWNLOAD_INSTEAD_OF_PAGE'
  | 'PAGE_NOT_ANSWERING'
  | 'TAB_CLOSED'
  | 'CAPTURE_CANCELLED'
  | 'RECORDING_NOT_ALLOWED'
  | 'RECORDER_FAILED'
  | 'OWN_FILES_UNREADABLE'
> {}
