import type { FastifyInstance } from 'fastify';
import { pairingRequest } from '#shared/api/schemas';
import { pairDevice } from '../../identity/pairing.ts';
import { audit } from '../audit.ts';
import { certifyDevice } from '../certify-device.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/** POST /pairing: a device exchanges a pairing code for the trust file and a certificate for its key. */
export function pairingRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/pairing', { config }, async (request) => {
    const id = await pairDevice(context.intake, parseInput(pairingRequest, request.body));
    const device = await context.intake.store.devices.get(id);
    if (device === undefined) throw new TypeError(`the paired device ${id} is not stored`);
    const actor = { kind: 'device', device } as const;
    await audit(context, request, 'device-pair', { actor, subject: `device:${id}` });
    const certificate = await certifyDevice(context, device);
    return { device: id, service: context.organisation, trust: context.trustFile, certificate };
  });
}
