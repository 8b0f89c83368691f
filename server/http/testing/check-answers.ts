import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { errorAnswer } from '#shared/api/schemas';
import { operations } from '../operations.ts';

/**
 * Holds every JSON answer of an application to what its OpenAPI document says of the route: whatever a test asks for, an
 * answer of another form is a 500. Add it before the routes.
 */
export function checkAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '');
    if (!type.startsWith('application/json') || request.method === 'HEAD') return;
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const text = typeof payload === 'string' || Buffer.isBuffer(payload) ? String(payload) : '';
    if (text === '') return;
    const schema = reply.statusCode >= 400 ? errorAnswer : operations[route]?.answer;
    if (schema === undefined) return;
    const { issues } = v.safeParse(schema, JSON.parse(text));
    const { status = 200, againStatus } = operations[route] ?? {};
    const isDescribed = reply.statusCode >= 400 || [status, againStatus].includes(reply.statusCode);
    if (issues === undefined && isDescribed) return;
    const fault = issues === undefined ? `status ${reply.statusCode}` : v.getDotPath(issues[0]);
    throw new TypeError(`${route} is not answered as described: ${fault}`);
  });
}
