import type { WebRequest } from 'webextension-polyfill';
import type { TlsParameters } from '#shared/warc/engine-event';

/** What Firefox tells of the connection; `undefined` for plain HTTP or a broken one. */
export function tlsParameters(info: WebRequest.SecurityInfo): TlsParameters | undefined {
  const [leaf] = info.certificates;
  if (info.state !== 'secure' && info.state !== 'weak') return undefined;
  return {
    protocol: info.protocolVersion ?? '',
    cipher: info.cipherSuite ?? '',
    keyExchange: info.keaGroupName ?? '',
    subject: leaf?.subject ?? '',
    issuer: leaf?.issuer ?? '',
    validFrom: leaf?.validity.start ?? 0,
    validTo: leaf?.validity.end ?? 0,
  };
}
