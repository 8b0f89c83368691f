import { oidcBeginAnswer } from '#shared/api/people';
import { ask } from './api.ts';

/** Leaves for the identity provider, to sign in or to accept an invitation there. @throws ApiError */
export async function beginOidc(invitation?: string): Promise<void> {
  const body = invitation === undefined ? {} : { invitation };
  const { url } = await ask('/oidc/begin', { method: 'POST', body, answer: oidcBeginAnswer });
  location.assign(url);
}
