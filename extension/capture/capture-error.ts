import { CodedError } from '#shared/lib/errors';

/** Nothing at all could be captured; `entry` is the URL where it is known. */
export class CaptureError extends CodedError<
  /** The host did not answer; the message holds the browser's own word, e.g. `net::ERR_NAME_NOT_RESOLVED`. */
  | 'HOST_UNREACHABLE'
  /** The certificate or the TLS connection was refused by the browser. */
  | 'CERTIFICATE_ERROR'
  /** The address yields a file that the browser saves. */
  | 'DOWNLOAD_INSTEAD_OF_PAGE'
  /** The page's process answers no command: crashed, hung, or held by an open dialog. */
  | 'PAGE_NOT_ANSWERING'
  | 'TAB_CLOSED'
  /** The browser did not let this extension attach, e.g. because another debugger of it is attached. */
  | 'DEBUGGER_REFUSED'
  /** The person closed the debugger bar. */
  | 'DEBUGGER_DETACHED'
  /** Pages no extension may touch: the browser's own, the web store, other extensions. */
  | 'NOT_CAPTURABLE'
  /** A person chose no region. */
  | 'REGION_NOT_CHOSEN'
  /** The signal was aborted. */
  | 'CANCELLED'
> {}
