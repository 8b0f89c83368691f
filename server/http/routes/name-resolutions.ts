import type { FastifyInstance } from 'fastify';
import { nameResolutionRequest } from '#shared/environment/name-resolution';
import { resolveNames } from '../../intake/resolve-names.ts';
import { deviceOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';
import { perDevice } from '../per-device.ts';

/** A capture asks once. */
const config = { rateLimit: perDevice(30) };

/** POST /name-resolutions: what the service's own resolvers answer, signed; only where the operator allows it. */
export function nameResolutionsRoute(app: FastifyInstance, { intake, names }: HttpContext): void {
  app.post('/name-resolutions', { config }, async (request) => {
    const { nonce, hosts } = parseInput(nameResolutionRequest, request.body);
    if (names.length === 0)
      throw new HttpError('NAMES_NOT_RESOLVED', 'the operator of this service has not allowed that');
    return resolveNames(intake, names, { device: deviceOf(request).id, nonce, hosts });
  });
}
