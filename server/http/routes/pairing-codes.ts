import type { FastifyInstance } from 'fastify';
import { issuePairingCode } from '../../identity/pairing.ts';
import { requireAdmin } from '../authenticate.ts';
import type { HttpContext } from '../http-context.ts';

/** POST /pairing-codes, administrator: a new pairing code. */
export function pairingCodesRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/pairing-codes', async (request) => {
    requireAdmin(context, request);
    const { code, expiresAt } = await issuePairingCode(context.intake);
    return { code, expiresAt: expiresAt.toISOString() };
  });
}
