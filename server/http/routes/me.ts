import type { FastifyInstance, FastifyRequest } from 'fastify';
import { passwordRequest, totpConfirmation, totpRequest } from '#shared/api/people';
import { IdentityError } from '../../identity/identity-error.ts';
import { hashPassword } from '../../identity/password.ts';
import { requireProof } from '../../identity/require-proof.ts';
import { csrfTokenOf, openUserSession } from '../../identity/sign-in.ts';
import { newTotpSecret, totpStepOf } from '../../identity/totp.ts';
import { audit } from '../audit.ts';
import { callerOf, sessionIdOf, userOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { meAnswerOf } from '../me-answer.ts';
import { parseInput } from '../parse-input.ts';
import { sessionCookie } from '../session-cookie.ts';

const config = { rateLimit: { max: 20, timeWindow: '1 minute' } };

/** GET /me; POST /me/password; POST, PUT, DELETE /me/totp. */
export function meRoute(app: FastifyInstance, context: HttpContext): void {
  const { users } = context.intake.store;
  app.get('/me', (request) => {
    const caller = callerOf(request);
    return meAnswerOf(context, userOf(request), caller.kind === 'user' ? caller.csrf : null);
  });
  app.post('/me/password', { config }, async (request, reply) => {
    const user = userOf(request);
    const { current, next } = parseInput(passwordRequest, request.body);
    await requireProof(context.intake, user, { password: current });
    await users.setPassword(user.id, await hashPassword(next), context.intake.now().getTime());
    const token = await openUserSession(context.intake, user, request.headers['user-agent'] ?? '');
    await audit(context, request, 'password-change', { subject: `user:${user.id}` });
    sessionCookie.set(request, reply, token);
    return meAnswerOf(context, user, csrfTokenOf(token));
  });
  app.post('/me/totp', { config }, async (request) => {
    const user = userOf(request);
    const { password } = parseInput(totpRequest, request.body);
    await requireProof(context.intake, user, { password, session: sessionIdOf(request) });
    const answer = newTotpSecret(context.organisation, user.name);
    await users.setTotp(user.id, { totpPending: answer.secret });
    return answer;
  });
  app.put('/me/totp', { config }, (request, reply) =>
    changeTotp(context, request, userOf(request).totpPending, true).then(() => reply.code(204).send()),
  );
  app.delete('/me/totp', { config }, (request, reply) =>
    changeTotp(context, request, userOf(request).totpSecret, false).then(() => reply.code(204).send()),
  );
}

async function changeTotp(
  context: HttpContext,
  request: FastifyRequest,
  secret: string | null,
  on: boolean,
): Promise<void> {
  const { users } = context.intake.store;
  const { id } = userOf(request);
  const { code } = parseInput(totpConfirmation, request.body);
  const step = secret === null ? undefined : totpStepOf(secret, code, context.intake.now().getTime());
  if (step === undefined || !(await users.takeTotpStep(id, step)))
    throw new IdentityError('TOTP_WRONG', 'the code is wrong', { entry: 'code' });
  await users.setTotp(id, { totpSecret: on ? secret : null, totpPending: null });
  await audit(context, request, 'totp-change', { subject: `user:${id}`, detail: { on } });
}
