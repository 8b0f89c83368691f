import type { FastifyInstance } from 'fastify';
import { passkeyOptionsRequest, passkeyRequest, passkeySignInRequest } from '#shared/api/passkeys';
import { IdentityError } from '../../identity/identity-error.ts';
import {
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  checkPasskey,
  namedByPasskey,
} from '../../identity/passkeys.ts';
import { requireProof } from '../../identity/require-proof.ts';
import type { Passkey } from '../../store/passkeys.ts';
import { audit } from '../audit.ts';
import { sessionIdOf, userOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { isoTime, isoTimeOrNull } from '../iso-time.ts';
import { judgeSignIn } from '../judge-sign-in.ts';
import { parseInput } from '../parse-input.ts';
import { relyingPartyOf } from '../public-origin.ts';
import { startSession } from '../start-session.ts';

const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

/**
 * POST /me/passkeys/options, GET and POST /me/passkeys, DELETE /me/passkeys/:id; POST /sign-in/passkey/options and
 * POST /sign-in/passkey. A passkey is possession and PIN or finger at once: it asks for no second factor.
 */
export function passkeysRoute(app: FastifyInstance, context: HttpContext): void {
  const { intake } = context;
  app.get('/me/passkeys', async (request) => ({
    passkeys: (await intake.store.passkeys.list(userOf(request).id)).map(answerOf),
  }));
  app.post('/me/passkeys/options', { config }, async (request) => {
    const user = userOf(request);
    const { password } = parseInput(passkeyOptionsRequest, request.body);
    const party = relyingPartyOf(context, request);
    await requireProof(intake, user, { password, session: sessionIdOf(request) });
    return beginPasskey(intake, user, party);
  });
  app.post('/me/passkeys', { config }, async (request, reply) => {
    const given = parseInput(passkeyRequest, request.body);
    const party = relyingPartyOf(context, request);
    const row = await addPasskey(intake, userOf(request), party, given);
    await audit(context, request, 'passkey-add', { subject: `passkey:${row.id}` });
    return reply.code(201).send(answerOf(row));
  });
  app.delete<{ Params: { id: string } }>('/me/passkeys/:id', async (request, reply) => {
    const { id } = request.params;
    if (!(await intake.store.passkeys.remove(id, userOf(request).id)))
      throw new IdentityError('PASSKEY_UNKNOWN', 'no such passkey', { entry: id });
    await audit(context, request, 'passkey-remove', { subject: `passkey:${id}` });
    return reply.code(204).send();
  });
  app.post('/sign-in/passkey/options', { config }, (request) =>
    beginPasskeySignIn(intake, relyingPartyOf(context, request)),
  );
  app.post('/sign-in/passkey', { config }, async (request, reply) => {
    const { response } = parseInput(passkeySignInRequest, request.body);
    const party = relyingPartyOf(context, request);
    const user = await judgeSignIn(
      context,
      request,
      () => checkPasskey(intake, party, response),
      () => namedByPasskey(intake, response.id),
    );
    return startSession(context, request, reply, user, 'passkey');
  });
}

function answerOf({ id, name, createdAt, usedAt }: Passkey) {
  return { id, name, createdAt: isoTime(createdAt), usedAt: isoTimeOrNull(usedAt) };
}
