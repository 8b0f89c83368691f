import type { NameResolution } from '#shared/environment/name-resolution';
import { type Observation, observationSchema, type Sample } from '#shared/environment/observation';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { browserPorts } from '../../host/browser-ports.ts';
import { ensureDevice } from '../../store/ensure-device.ts';
import type { FinishingContext } from '../context.ts';
import { PipelineError } from '../pipeline-error.ts';
import { statementFault } from '../verify-statement.ts';

/** A service that takes longer counts as away. */
const TIMEOUT_MS = 4000;

/** 32 fresh random bytes, hexadecimal. */
export function freshNonce(): Sha256 {
  return toHex(crypto.getRandomValues(new Uint8Array(32))) as Sha256;
}

/**
 * One exchange with the service about time, address and build; its answer is signed by the paired organisation, about
 * this device and this question.
 * @throws PipelineError NOT_PAIRED, SERVICE_ANSWER_MALFORMED, and as `requestService`
 */
export async function sampleService(context: FinishingContext, build?: Sha256): Promise<Sample> {
  const { clock, service } = context;
  const nonce = freshNonce();
  // Opened beforehand, so that it is no part of the round trip.
  await service.token();
  const asked = clock.now();
  const from = clock.mono();
  const observation = await service.ask({
    ...{ method: 'POST', path: '/observations', answer: observationSchema, timeoutMs: TIMEOUT_MS },
    body: { nonce, ...(build === undefined ? {} : { build }) },
  });
  const roundTrip = Math.max(0, Math.ceil(clock.mono() - from));
  await requireOurAnswer(context, observation, nonce);
  return { asked, roundTrip, observation };
}

/** @throws PipelineError SERVICE_ANSWER_MALFORMED when it is not the paired service's answer to our question */
export async function requireOurAnswer(
  { database, service }: FinishingContext,
  answer: Observation | NameResolution,
  nonce: Sha256,
): Promise<void> {
  const { statement } = answer;
  const { deviceId } = await ensureDevice(database);
  const malformed = (message: string) =>
    new PipelineError('SERVICE_ANSWER_MALFORMED', message, { entry: statement.type });
  if (statement.nonce !== nonce || statement.device !== deviceId)
    throw malformed('the answer is to another question');
  const { trust } = await service.service();
  const { signature, certificate } = answer;
  const data = toUtf8(canonicalJson(statement));
  const at = Date.parse(statement.at);
  const fault = await statementFault(browserPorts, { data, signature, certificate }, trust, at);
  if (fault !== undefined) throw malformed(fault);
}
