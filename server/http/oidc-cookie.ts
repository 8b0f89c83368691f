import { OIDC_FLOW_MS } from '../identity/oidc-sign-in.ts';
import { hostCookie } from './host-cookie.ts';

/** Binds a sign-in at the identity provider to the browser that began it. */
export const oidcCookie = hostCookie('tiezheng-oidc', OIDC_FLOW_MS);
