import type { FastifyInstance } from 'fastify';
import { anchorRequest } from '#shared/api/schemas';
import { issueAnchor } from '../../intake/issue-anchor.ts';
import { deviceOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

/** POST /anchors: time-stamp and log proof over a journal digest. */
export function anchorsRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/anchors', async (request) => {
    const device = deviceOf(request);
    const { digest } = parseInput(anchorRequest, request.body);
    return issueAnchor(context.intake, device.id, digest);
  });
}
