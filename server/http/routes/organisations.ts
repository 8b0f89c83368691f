import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { organisationRequest } from '#shared/api/people';
import { organisationOf, standingOf } from '../../identity/caller.ts';
import { OPERATOR } from '../../store/people-migration.ts';
import { addUser } from '../add-user.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

const LISTED = 1000;

/**
 * GET /organisations: all for administrators of the operating one, else one's own and the notary offices that cases
 * can be shared with. POST /organisations: a new one with its first administrator.
 */
export function organisationsRoute(app: FastifyInstance, context: HttpContext): void {
  const { organisations } = context.intake.store;
  app.get('/organisations', async (request) => {
    const caller = callerOf(request);
    const own = organisationOf(caller);
    const seesAll = own === OPERATOR && (caller.kind === 'system' || standingOf(caller) === 'administrator');
    await audit(context, request, 'organisation-list');
    const rows = await organisations.list(LISTED);
    return {
      organisations: rows
        .filter(({ id, kind }) => seesAll || id === own || kind === 'notary-office')
        .map(({ id, name, kind }) => ({ id, name, kind })),
    };
  });
  app.post('/organisations', async (request, reply) => {
    const { name, kind, administrator } = parseInput(organisationRequest, request.body);
    const id = randomUUID();
    await organisations.add({ id, name, kind, createdAt: context.intake.now().getTime() });
    await audit(context, request, 'organisation-add', {
      subject: `organisation:${id}`,
      detail: { name, kind },
    });
    const invited = await addUser(context, request, {
      ...administrator,
      organisation: id,
      role: 'administrator',
    });
    return reply.code(201).send({ organisation: { id, name, kind }, ...invited });
  });
}
