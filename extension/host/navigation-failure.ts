import { HostError } from './host-error.ts';

/** Net errors Chromium shows its certificate warning for (net/base/net_error_list.h, −200…−299 and TLS −107…). */
const certificateError = /^net::ERR_(?:CERT_|SSL_|BAD_SSL_|TLS13_|CERTIFICATE_)/;

/** What a failed main-frame navigation means, from the browser's own error name. */
export function navigationFailure(details: { url: string; error: string }): HostError {
  const code = certificateError.test(details.error) ? 'CERTIFICATE_ERROR' : 'HOST_UNREACHABLE';
  return new HostError(code, `${details.error} at ${details.url}`, { entry: details.url });
}
