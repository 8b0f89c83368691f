import { CaptureError } from '../capture-error.ts';

/** Errors Chromium shows its certificate page for (net_error_list.h). */
const certificateError = /ERR_(?:CERT_|SSL_|BAD_SSL_|TLS13_|CERTIFICATE_|ECH_)/;

/** What the browser's own error means for a page that never came. */
export function loadFailure(error: string, url: string): CaptureError {
  const code = certificateError.test(error) ? 'CERTIFICATE_ERROR' : 'HOST_UNREACHABLE';
  return new CaptureError(code, `${error} at ${url}`, { entry: url });
}
