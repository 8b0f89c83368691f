import type { FastifyInstance } from 'fastify';
import { closingRequest } from '#shared/api/schemas';
import { closeNumber } from '../../intake/close-number.ts';
import { deviceOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

/** POST /closings: a capture number ended without a package. */
export function closingsRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/closings', async (request) => {
    const device = deviceOf(request);
    return closeNumber(context.intake, device.id, parseInput(closingRequest, request.body));
  });
}
