import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type ApiTokenAnswer, apiTokenRequest } from '#shared/api/people';
import { hashToken, randomToken } from '../../identity/secret-hash.ts';
import type { ApiToken } from '../../store/api-tokens.ts';
import { audit } from '../audit.ts';
import { userOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { API_TOKEN_PREFIX } from '../identify.ts';
import { isoTime, isoTimeOrNull } from '../iso-time.ts';
import { parseInput } from '../parse-input.ts';

const DAY_MS = 24 * 60 * 60_000;

/** GET, POST /me/tokens; DELETE /me/tokens/:id. A token cannot make tokens: no scope is for that. */
export function ownTokensRoute(app: FastifyInstance, context: HttpContext): void {
  const { apiTokens } = context.intake.store;
  app.get('/me/tokens', async (request) => ({
    tokens: (await apiTokens.list(userOf(request).id)).map(answerOf),
  }));
  app.post('/me/tokens', async (request, reply) => {
    const { name, scopes, days } = parseInput(apiTokenRequest, request.body);
    const token = `${API_TOKEN_PREFIX}${randomToken()}`;
    const createdAt = context.intake.now().getTime();
    const row: ApiToken = {
      id: randomUUID(),
      tokenHash: hashToken(token),
      user: userOf(request).id,
      name,
      scopes: JSON.stringify(scopes),
      createdAt,
      expiresAt: createdAt + days * DAY_MS,
      revokedAt: null,
    };
    await apiTokens.add(row);
    const detail = { scopes: scopes.join(' '), days };
    await audit(context, request, 'token-issue', { subject: `token:${row.id}`, detail });
    return reply.code(201).send({ ...answerOf(row), token });
  });
  app.delete<{ Params: { id: string } }>('/me/tokens/:id', async (request, reply) => {
    const { id } = request.params;
    if (!(await apiTokens.revoke(id, userOf(request).id, context.intake.now().getTime())))
      throw new HttpError('TOKEN_UNKNOWN', 'no such token', { entry: id });
    await audit(context, request, 'token-revoke', { subject: `token:${id}` });
    return reply.code(204).send();
  });
}

function answerOf({ id, name, scopes, createdAt, expiresAt, revokedAt }: ApiToken): ApiTokenAnswer {
  return {
    id,
    name,
    scopes: JSON.parse(scopes) as ApiTokenAnswer['scopes'],
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    revokedAt: isoTimeOrNull(revokedAt),
  };
}
