import type { FastifyInstance } from 'fastify';
import { challengeRequest } from '#shared/api/schemas';
import { issueChallenge } from '../../intake/issue-challenge.ts';
import { deviceOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

/** POST /challenges: the challenge 起始时间凭证 for a capture number. */
export function challengesRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/challenges', async (request) => {
    const device = deviceOf(request);
    return issueChallenge(context.intake, device.id, parseInput(challengeRequest, request.body));
  });
}
