import type { FastifyInstance } from 'fastify';
import { carriedChallengesRequest } from '#shared/api/carried-challenges';
import { organisationOf } from '../../identity/caller.ts';
import { IdentityError } from '../../identity/identity-error.ts';
import { carryChallenges } from '../../intake/carry-challenges.ts';
import { OPERATOR } from '../../store/people-migration.ts';
import { audit } from '../audit.ts';
import { callerOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { parseInput } from '../parse-input.ts';

/** POST /challenges/carried: a signed file of one-use challenges for devices that cannot reach the service. */
export function carriedChallengesRoute(app: FastifyInstance, context: HttpContext): void {
  app.post('/challenges/carried', async (request) => {
    const organisation = organisationOf(callerOf(request)) ?? OPERATOR;
    const { count, device } = parseInput(carriedChallengesRequest, request.body);
    if (device !== null) await requireOwn(device, organisation);
    await audit(context, request, 'challenge-file-issue', {
      ...(device === null ? {} : { subject: `device:${device}` }),
      detail: { count },
    });
    return carryChallenges(context.intake, { organisation, name: context.organisation, device }, count);
  });

  async function requireOwn(id: string, organisation: string): Promise<void> {
    const device = await context.intake.store.devices.get(id);
    if (device?.organisation !== organisation)
      throw new IdentityError('DEVICE_UNKNOWN', 'no such device', { entry: id });
  }
}
