import type { FastifyInstance } from 'fastify';
import { sessionNonceRequest, sessionRequest } from '#shared/api/schemas';
import { issueNonce, openSession } from '../../identity/sessions.ts';
import { audit } from '../audit.ts';
import { certifyDevice } from '../certify-device.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

const config = { rateLimit: { max: 120, timeWindow: '1 minute' } };

/**
 * POST /sessions/nonce and POST /sessions: a device signs in with its key. A certificate that runs out is
 * renewed on the way, but not a revoked device's.
 */
export function sessionsRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/sessions/nonce', { config }, async (request) => {
    const { device } = parseInput(sessionNonceRequest, request.body);
    return { nonce: await issueNonce(context.intake, device) };
  });
  app.post('/sessions', { config }, async (request) => {
    const { token, expiresAt, device } = await openSession(
      context.intake,
      parseInput(sessionRequest, request.body),
    );
    await audit(context, request, 'sign-in', { actor: { kind: 'device', device } });
    const certificate =
      device.revokedAt === null ? { certificate: await certifyDevice(context, device) } : {};
    return { token, expiresAt: expiresAt.toISOString(), ...certificate };
  });
}
