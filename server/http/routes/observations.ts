import type { FastifyInstance } from 'fastify';
import { observationRequest } from '#shared/environment/observation';
import { observeDevice } from '../../intake/observe-device.ts';
import { deviceOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';
import { perDevice } from '../per-device.ts';

/** An inspection takes five, a capture one. */
const config = { rateLimit: perDevice(120) };

/** POST /observations: time, address and build as the service sees them, signed. */
export function observationsRoute(app: FastifyInstance, { intake, names, knownBuilds }: HttpContext): void {
  app.post('/observations', { config }, async (request) => {
    const { nonce, build } = parseInput(observationRequest, request.body);
    const services = { knownBuilds, resolvesNames: names.length > 0 };
    const glimpse = { device: deviceOf(request).id, address: request.ip, nonce, build };
    return observeDevice(intake, services, glimpse);
  });
}
