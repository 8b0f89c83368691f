import type { FastifyInstance } from 'fastify';
import { userChange, userRequest } from '#shared/api/people';
import { pageQuery } from '#shared/api/schemas';
import { organisationOf } from '../../identity/caller.ts';
import { OPERATOR } from '../../store/people-migration.ts';
import type { User } from '../../store/users.ts';
import { addUser, invite } from '../add-user.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import { formatCursor, parseCursor } from '../cursor.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';
import { present } from '../present.ts';
import { userAnswerOf } from '../user-answer.ts';

interface UserParams {
  readonly id: string;
}

/** GET, POST /users of the caller's organisation; PATCH /users/:id; POST …/invitation; DELETE …/sessions. */
export function usersRoute(app: FastifyInstance, context: HttpContext): void {
  const { users, userSessions } = context.intake.store;
  app.get('/users', async (request) => {
    const { after, limit = 50 } = parseInput(pageQuery, request.query);
    await audit(context, request, 'user-list');
    const page = await users.list(
      organisationOf(callerOf(request)) ?? OPERATOR,
      limit,
      after === undefined ? undefined : parseCursor(after),
    );
    return {
      users: page.rows.map(userAnswerOf),
      next: page.next === undefined ? null : formatCursor(page.next),
    };
  });
  app.post('/users', async (request, reply) => {
    const fields = parseInput(userRequest, request.body);
    const organisation = organisationOf(callerOf(request)) ?? OPERATOR;
    return reply.code(201).send(await addUser(context, request, { ...fields, organisation }));
  });
  app.patch<{ Params: UserParams }>('/users/:id', async (request) => {
    const { disabled, ...given } = parseInput(userChange, request.body);
    const fields = present(given);
    const { id } = request.params;
    const caller = callerOf(request);
    const isOwn = caller.kind === 'user' && caller.user.id === id;
    // So an organisation always keeps an administrator.
    if (isOwn && (fields.role !== undefined || disabled !== undefined))
      throw new HttpError('OWN_ROLE', 'nobody changes their own role', { entry: id });
    const now = context.intake.now().getTime();
    const values = disabled === undefined ? {} : { disabledAt: disabled ? now : null };
    const { organisation } = await known(id);
    await audit(context, request, 'user-change', {
      organisation,
      subject: `user:${id}`,
      detail: { ...fields, ...(disabled === undefined ? {} : { disabled }) },
    });
    await users.change(id, { ...fields, ...values }, now);
    return userAnswerOf(await known(id));
  });
  app.post<{ Params: UserParams }>('/users/:id/invitation', async (request, reply) => {
    const user = await known(request.params.id);
    const { organisation, id } = user;
    await audit(context, request, 'invitation-issue', { organisation, subject: `user:${id}` });
    return reply.code(201).send(await invite(context, user));
  });
  app.delete<{ Params: UserParams }>('/users/:id/sessions', async (request, reply) => {
    const { organisation, id } = await known(request.params.id);
    await userSessions.endAll(id);
    await audit(context, request, 'session-revoke', { organisation, subject: `user:${id}` });
    return reply.code(204).send();
  });

  async function known(id: string): Promise<User> {
    const user = await users.get(id);
    if (user === undefined) throw new HttpError('USER_UNKNOWN', 'no such user', { entry: id });
    return user;
  }
}
