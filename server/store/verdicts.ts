import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { JournalMark } from './journal-marks.ts';
import { hostTerms, urlTerms } from './package-terms.ts';
import type { Tables } from './tables.ts';

/**
 * What an accepted bundle claims. One package holds each number of a device, and a challenge is issued for one
 * number: so a challenge serves once.
 */
export interface Acceptance {
  readonly package: string;
  readonly device: string;
  readonly capture: string;
  readonly sequence: number;
  /** SHA-256 of `evidence/journal.jsonl`. */
  readonly journal: string;
  readonly challenge: string | null;
  readonly closing: JournalMark;
  readonly defects: readonly string[];
  readonly found: FoundBy;
}

/** What the record of an accepted capture says, to find it by. */
interface FoundBy {
  /** Id of the case it names, whether or not there is such a case here. */
  readonly caseId: string | null;
  readonly requestedUrl: string;
  readonly finalUrl: string;
  readonly title: string;
  /** UTC ms of the device. */
  readonly capturedAt: number;
}

/** Another package holds the capture number, with the same journal or another one, or the carried-in challenge. */
export interface Conflict {
  readonly kind: 'same-capture' | 'other-capture' | 'challenge-used';
  readonly package: string;
}

interface Refusal {
  readonly package: string;
  /** Device and capture id when the bundle could be read that far. */
  readonly device?: string;
  readonly capture?: string;
  readonly code: string;
  readonly entry: string | null;
  readonly message: string;
  readonly defects: readonly string[];
}

/** The one recorded judgement over each package; everything after follows from it. */
export interface Verdicts {
  /** Records acceptance and its claims in one transaction, or returns the conflict and records nothing. */
  accept(acceptance: Acceptance): Promise<Conflict | undefined>;
  refuse(refusal: Refusal): Promise<void>;
}

export function createVerdicts(db: Database): Verdicts {
  return {
    accept: (acceptance) =>
      inTransaction(db, async (tx) => {
        const conflict = await conflictOf(tx, acceptance);
        if (conflict === undefined) await record(tx, acceptance);
        return conflict;
      }),
    async refuse({ package: id, device, capture, code, entry, message, defects }) {
      await db
        .updateTable('packages')
        .set({
          verdict: 'refused',
          refusalCode: code,
          refusalEntry: entry,
          refusalMessage: message,
          defects: JSON.stringify(defects),
          ...(device === undefined ? {} : { device }),
          ...(capture === undefined ? {} : { capture }),
        })
        .where('id', '=', id)
        .where('verdict', 'is', null)
        .execute();
    },
  };
}

async function conflictOf(tx: Transaction<Tables>, acceptance: Acceptance): Promise<Conflict | undefined> {
  const holder = await tx
    .selectFrom('captures')
    .select(['package', 'journal'])
    .where('device', '=', acceptance.device)
    .where('sequence', '=', acceptance.sequence)
    .executeTakeFirst();
  if (holder?.package === acceptance.package) return undefined;
  if (holder === undefined) return await usedChallenge(tx, acceptance);
  const kind = holder.journal === acceptance.journal ? 'same-capture' : 'other-capture';
  return { kind, package: holder.package };
}

/** One of a file serves whichever capture comes first; one issued for a number is bound to it. */
async function usedChallenge(
  tx: Transaction<Tables>,
  { package: id, challenge }: Acceptance,
): Promise<Conflict | undefined> {
  if (challenge === null) return undefined;
  const carried = await tx
    .selectFrom('carriedChallenges')
    .select('usedBy')
    .where('nonce', '=', challenge)
    .executeTakeFirst();
  const usedBy = carried?.usedBy ?? id;
  return usedBy === id ? undefined : { kind: 'challenge-used', package: usedBy };
}

async function record(tx: Transaction<Tables>, acceptance: Acceptance): Promise<void> {
  const { package: id, device, sequence, journal, challenge, closing, capture, defects } = acceptance;
  await tx
    .insertInto('captures')
    .values({ device, sequence, package: id, journal })
    .onConflict((conflict) => conflict.columns(['device', 'sequence']).doNothing())
    .execute();
  await tx
    .insertInto('journalMarks')
    .values(closing)
    .onConflict((conflict) => conflict.columns(['device', 'seq']).doNothing())
    .execute();
  // Also the one it did not name: its answer may never have reached the device.
  await tx
    .updateTable('challenges')
    .set({ usedBy: id })
    .where('device', '=', device)
    .where('sequence', '=', sequence)
    .execute();
  if (challenge !== null)
    await tx.updateTable('carriedChallenges').set({ usedBy: id }).where('nonce', '=', challenge).execute();
  await tx
    .updateTable('packages')
    .set({ verdict: 'accepted', device, capture, defects: JSON.stringify(defects) })
    .where('id', '=', id)
    .execute();
  await index(tx, acceptance);
}

async function index(tx: Transaction<Tables>, acceptance: Acceptance): Promise<void> {
  const { package: id, device, capture, found } = acceptance;
  const { organisation } = await tx
    .selectFrom('devices')
    .select('organisation')
    .where('id', '=', device)
    .executeTakeFirstOrThrow();
  const named = await tx
    .selectFrom('cases')
    .select('id')
    .where('id', '=', found.caseId)
    .where('organisation', '=', organisation)
    .executeTakeFirst();
  const { receivedAt } = await tx
    .updateTable('packages')
    .set({
      organisation,
      caseId: named?.id ?? null,
      url: found.finalUrl,
      title: found.title,
      capturedAt: found.capturedAt,
    })
    .where('id', '=', id)
    .returning('receivedAt')
    .executeTakeFirstOrThrow();
  // Who brought the bytes may be of another organisation than the device they name.
  await tx.updateTable('packageTerms').set({ organisation }).where('package', '=', id).execute();
  const urls = [found.requestedUrl, found.finalUrl];
  const terms = [
    { kind: 'capture' as const, term: capture },
    ...urls.flatMap(hostTerms).map((term) => ({ kind: 'host' as const, term })),
    ...urls.flatMap(urlTerms).map((term) => ({ kind: 'url' as const, term })),
  ];
  await tx
    .insertInto('packageTerms')
    .values(terms.map((term) => ({ ...term, organisation, receivedAt, package: id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
