import { USER_SESSION_MS } from '../identity/sign-in.ts';
import { hostCookie } from './host-cookie.ts';

/** The session of a person's browser. */
export const sessionCookie = hostCookie('tiezheng-session', USER_SESSION_MS);
