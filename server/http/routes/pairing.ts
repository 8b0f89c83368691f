import type { FastifyInstance } from 'fastify';
import { pairingRequest } from '#shared/api/schemas';
import { pairDevice } from '../../identity/pairing.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/** POST /pairing: a device exchanges a pairing code for the trust file. */
export function pairingRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/pairing', { config }, async (request) => {
    const device = await pairDevice(context.intake, parseInput(pairingRequest, request.body));
    return { device, service: context.organisation, trust: context.trustFile };
  });
}
