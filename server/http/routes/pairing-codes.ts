import type { FastifyInstance } from 'fastify';
import { organisationOf } from '../../identity/caller.ts';
import { issuePairingCode } from '../../identity/pairing.ts';
import { OPERATOR } from '../../store/people-migration.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';

/** POST /pairing-codes: a new pairing code; the device becomes the caller's and its organisation's. */
export function pairingCodesRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/pairing-codes', async (request) => {
    const caller = callerOf(request);
    const { code, expiresAt } = await issuePairingCode(context.intake, {
      organisation: organisationOf(caller) ?? OPERATOR,
      user: caller.kind === 'user' || caller.kind === 'token' ? caller.user.id : null,
    });
    await audit(context, request, 'pairing-code-issue');
    return { code, expiresAt: expiresAt.toISOString() };
  });
}
