import type { ResponseReceived, TlsParameters } from '#shared/warc/engine-event';
import type { CdpResponse, ResourceTiming, SecurityDetails } from './cdp.ts';
import { headerList } from './header-list.ts';

/** A response of the protocol as an engine event, without its clock readings. */
export function responseEvent(
  request: string,
  response: CdpResponse,
  about: { redirect: boolean; fromCache: boolean },
): ResponseReceived {
  return {
    type: 'response-received',
    request,
    url: response.url,
    status: response.status,
    statusText: response.statusText,
    protocol: response.protocol ?? '',
    mediaType: response.mimeType,
    headers: headerList(response.headers),
    fromCache: about.fromCache || response.fromDiskCache === true || response.fromPrefetchCache === true,
    fromServiceWorker: response.fromServiceWorker === true,
    redirect: about.redirect,
    ...(response.remoteIPAddress
      ? { remoteAddress: response.remoteIPAddress.replace(/^\[(.*)\]$/, '$1') }
      : {}),
    ...(response.remotePort ? { remotePort: response.remotePort } : {}),
    ...(response.securityDetails === undefined ? {} : { tls: tlsParameters(response.securityDetails) }),
    ...(response.timing === undefined ? {} : { timing: harTimings(response.timing) }),
  };
}

function tlsParameters(details: SecurityDetails): TlsParameters {
  return {
    protocol: details.protocol,
    cipher: details.cipher,
    keyExchange: details.keyExchange || details.keyExchangeGroup || '',
    subject: details.subjectName,
    issuer: details.issuer,
    validFrom: details.validFrom * 1000,
    validTo: details.validTo * 1000,
  };
}

/** HAR 1.2 names; a phase that did not happen (−1) is left out. `connect` includes `ssl`, as HAR wants. */
function harTimings(timing: ResourceTiming): Record<string, number> {
  const span = (start: number, end: number): number | undefined =>
    start < 0 || end < start ? undefined : Math.round((end - start) * 1000) / 1000;
  const first = [timing.dnsStart, timing.connectStart, timing.sendStart].find((at) => at >= 0);
  const phases: Record<string, number | undefined> = {
    blocked: first === undefined ? undefined : span(0, first),
    dns: span(timing.dnsStart, timing.dnsEnd),
    connect: span(timing.connectStart, timing.connectEnd),
    ssl: span(timing.sslStart, timing.sslEnd),
    send: span(timing.sendStart, timing.sendEnd),
    wait: span(timing.sendEnd, timing.receiveHeadersEnd),
  };
  return Object.fromEntries(
    Object.entries(phases).filter((phase): phase is [string, number] => phase[1] !== undefined),
  );
}
