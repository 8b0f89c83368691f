import type { StatedCertificate } from '#shared/tls/is-certificate-of';
import type { CdpResponse } from './cdp.ts';
import type { DebuggerTab } from './debugger-tab.ts';

/** A response over TLS, with what the browser says of its own certificate. */
export interface SecuredResponse {
  readonly url: string;
  readonly stated: StatedCertificate;
}

/** Remembers which responses came over TLS, and in which sessions each origin was seen. */
export class SecuredResponses {
  readonly list: SecuredResponse[] = [];
  /** Sessions that know the certificate of an origin. */
  readonly sessions = new Map<string, Set<string | undefined>>();

  constructor(tab: DebuggerTab) {
    tab.listen(({ method, params, session }) => {
      if (method === 'Network.responseReceived') this.#note(params.response, session);
      else if (method === 'Network.requestWillBeSent' && params.redirectResponse !== undefined)
        this.#note(params.redirectResponse, session);
    });
  }

  #note({ url, securityDetails }: CdpResponse, session: string | undefined): void {
    if (securityDetails === undefined || !URL.canParse(url)) return;
    const { subjectName, issuer, validFrom, validTo, sanList = [] } = securityDetails;
    this.list.push({
      url: url,
      stated: {
        subject: subjectName,
        issuer,
        validFrom: validFrom * 1000,
        validTo: validTo * 1000,
        names: sanList,
      },
    });
    const { origin } = new URL(url);
    const known = this.sessions.get(origin);
    if (known === undefined) this.sessions.set(origin, new Set([session]));
    else known.add(session);
  }
}
