import * as v from 'valibot';
import { type CarriedChallengesFile, carriedChallengesFileSchema } from '#shared/api/carried-challenges';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { browserPorts } from '../host/browser-ports.ts';
import { appendJournal } from '../store/append-journal.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import { statementFault } from './verify-statement.ts';

/**
 * Takes in a signed file of one-use challenges; those known already stay as they are. The import and what it brings
 * are one transaction with its journal entry.
 * @param text the whole file
 * @returns how many are new
 * @throws PipelineError CHALLENGE_FILE_MALFORMED, NOT_PAIRED, CHALLENGE_FILE_UNTRUSTED when the paired organisation did
 * not sign it, CHALLENGE_FILE_USELESS when none of them is for this device or none is new
 */
export async function importChallenges(
  { database, clock, service }: FinishingContext,
  text: string,
): Promise<number> {
  const { statement, signature, certificate } = parse(text);
  const { trust } = await service.service();
  const signed = { data: toUtf8(canonicalJson(statement)), signature, certificate };
  const fault = await statementFault(browserPorts, signed, trust, Date.parse(statement.issuedAt));
  if (fault !== undefined)
    throw new PipelineError('CHALLENGE_FILE_UNTRUSTED', fault, { entry: statement.organisation });
  const { deviceId } = await ensureDevice(database);
  const forUs = statement.challenges.filter(({ challenge }) => (challenge.device ?? deviceId) === deviceId);
  const { carried, journal } = database;
  return await database.transaction('rw', [carried, journal], async () => {
    const known = new Set(await carried.toCollection().primaryKeys());
    const fresh = forUs.filter(({ challenge }) => !known.has(challenge.nonce));
    if (fresh.length === 0)
      throw new PipelineError('CHALLENGE_FILE_USELESS', 'no challenge that is new and for this device', {
        entry: deviceId,
      });
    const importedAt = clock.now();
    await carried.bulkAdd(
      fresh.map((file) => ({ nonce: file.challenge.nonce, file, importedAt, usedBy: '' })),
    );
    const { issuedAt } = statement;
    await appendJournal(database, clock, 'challenges-imported', { issuedAt, count: fresh.length });
    return fresh.length;
  });
}

function parse(text: string): CarriedChallengesFile {
  try {
    return v.parse(carriedChallengesFileSchema, JSON.parse(text));
  } catch (cause) {
    const entry = v.isValiError(cause) ? v.getDotPath(cause.issues[0]) : null;
    throw new PipelineError('CHALLENGE_FILE_MALFORMED', 'not a file of challenges', {
      ...(entry === null ? {} : { entry }),
      cause,
    });
  }
}
