import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { ChallengeRow } from './tables.ts';

export type Challenge = Readonly<ChallengeRow>;

/** Whose open challenges are of interest beside a capture: its device's, its operator's and its case's. */
interface Relatives {
  readonly device: string;
  /** The capture's own number: not listed. */
  readonly sequence: number;
  readonly organisation: string;
  /** Who paired the device; `null`: the operator's script, which counts as one operator. */
  readonly user: string | null;
  readonly caseId: string | null;
  /** Issued before this, UTC ms. */
  readonly before: number;
}

/** Challenges issued; one for each device and capture number. */
export interface Challenges {
  /** Stores a challenge unless the device has one for that number; returns the stored one. */
  add(row: Challenge): Promise<Challenge>;
  forNumber(device: string, sequence: number): Promise<Challenge | undefined>;
  byNonce(nonce: string): Promise<Challenge | undefined>;
  /** Challenges of `relatives` that neither a package nor a closing has ended; the newest `limit`. */
  open(relatives: Relatives, limit: number): Promise<readonly Challenge[]>;
  /** Whether a challenge of another number contradicts that `sequence` was taken at journal entry `journalSeq`. */
  contradicts(device: string, sequence: number, journalSeq: number): Promise<boolean>;
}

export function createChallenges(db: Database): Challenges {
  const all = db.selectFrom('challenges').selectAll();
  return {
    add: (row) =>
      inTransaction(db, async (tx) => {
        await tx
          .insertInto('challenges')
          .values(row)
          .onConflict((conflict) => conflict.columns(['device', 'sequence']).doNothing())
          .execute();
        return tx
          .selectFrom('challenges')
          .selectAll()
          .where('device', '=', row.device)
          .where('sequence', '=', row.sequence)
          .executeTakeFirstOrThrow();
      }),
    forNumber: (device, sequence) =>
      all.where('device', '=', device).where('sequence', '=', sequence).executeTakeFirst(),
    byNonce: (nonce) => all.where('nonce', '=', nonce).executeTakeFirst(),
    open: (relatives, limit) => open(db, relatives, limit),
    async contradicts(device, sequence, journalSeq) {
      const found = await db
        .selectFrom('challenges')
        .select('nonce')
        .where('device', '=', device)
        .where((eb) =>
          eb.or([
            eb('sequence', '<', sequence).and('journalSeq', '>=', journalSeq),
            eb('sequence', '>', sequence).and('journalSeq', '<=', journalSeq),
          ]),
        )
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },
  };
}

function open(
  db: Database,
  { device, sequence, organisation, user, caseId, before }: Relatives,
  limit: number,
): Promise<Challenge[]> {
  return db
    .selectFrom('challenges')
    .innerJoin('devices', 'devices.id', 'challenges.device')
    .selectAll('challenges')
    .where('devices.organisation', '=', organisation)
    .where('challenges.usedBy', 'is', null)
    .where('challenges.issuedAt', '<', before)
    .where((eb) =>
      eb.not(eb.and([eb('challenges.device', '=', device), eb('challenges.sequence', '=', sequence)])),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('numberClosings')
            .select('numberClosings.sequence')
            .whereRef('numberClosings.device', '=', 'challenges.device')
            .whereRef('numberClosings.sequence', '=', 'challenges.sequence'),
        ),
      ),
    )
    .where((eb) =>
      eb.or([
        eb('challenges.device', '=', device),
        user === null ? eb('devices.user', 'is', null) : eb('devices.user', '=', user),
        ...(caseId === null ? [] : [eb('challenges.caseId', '=', caseId)]),
      ]),
    )
    .orderBy('challenges.issuedAt', 'desc')
    .orderBy('challenges.nonce')
    .limit(limit)
    .execute();
}
