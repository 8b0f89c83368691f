import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import type { Upload } from './uploads.ts';

/** Bytes of uploads begun within one hour. */
export interface UploadUsageRow {
  /** `device:<id>` or `organisation:<id>` */
  scope: string;
  /** Hours since 1970. */
  hour: number;
  bytes: number;
}

/** What is counted: uploads begun within 24 hours, by whole hours, and those not finished. */
export interface AdmissionLimits {
  readonly deviceBytesPerDay: number;
  readonly organisationBytesPerDay: number;
  readonly deviceOpenUploads: number;
  readonly organisationOpenUploads: number;
}

export interface LimitReached {
  readonly of: 'device' | 'organisation';
  readonly what: 'bytes-per-day' | 'open-uploads';
}

const HOUR_MS = 3_600_000;
const HOURS = 24;

/**
 * Stores an upload unless a limit forbids it, in one transaction, so that any number at once stay within it.
 * @returns the limit that forbids it; then nothing is stored.
 */
export function admit(
  db: Database,
  upload: Upload,
  limits: AdmissionLimits,
): Promise<LimitReached | undefined> {
  return inTransaction(db, async (tx) => {
    const { organisation } = await tx
      .selectFrom('devices')
      .select('organisation')
      .where('id', '=', upload.device)
      .executeTakeFirstOrThrow();
    const hour = Math.floor(upload.createdAt / HOUR_MS);
    const bounds = [
      {
        of: 'device' as const,
        id: upload.device,
        bytes: limits.deviceBytesPerDay,
        open: limits.deviceOpenUploads,
      },
      {
        of: 'organisation' as const,
        id: organisation,
        bytes: limits.organisationBytesPerDay,
        open: limits.organisationOpenUploads,
      },
    ];
    for (const { of, id, bytes, open } of bounds) {
      if ((await bytesOf(tx, `${of}:${id}`, hour)) + upload.bytes > bytes)
        return { of, what: 'bytes-per-day' as const };
      if ((await openOf(tx, of, id)) >= open) return { of, what: 'open-uploads' as const };
    }
    for (const { of, id } of bounds)
      await tx
        .insertInto('uploadUsage')
        .values({ scope: `${of}:${id}`, hour, bytes: upload.bytes })
        .onConflict((conflict) =>
          conflict
            .columns(['scope', 'hour'])
            .doUpdateSet((eb) => ({ bytes: eb('uploadUsage.bytes', '+', upload.bytes) })),
        )
        .execute();
    await tx
      .deleteFrom('uploadUsage')
      .where('hour', '<=', hour - 2 * HOURS)
      .execute();
    await tx.insertInto('uploads').values(upload).execute();
    return undefined;
  });
}

async function bytesOf(db: Database, scope: string, hour: number): Promise<number> {
  const rows = await db
    .selectFrom('uploadUsage')
    .select('bytes')
    .where('scope', '=', scope)
    .where('hour', '>', hour - HOURS)
    .execute();
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function openOf(db: Database, of: LimitReached['of'], id: string): Promise<number> {
  const query = db
    .selectFrom('uploads')
    .innerJoin('devices', 'devices.id', 'uploads.device')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('uploads.finishedAt', 'is', null)
    .where(of === 'device' ? 'uploads.device' : 'devices.organisation', '=', id);
  return Number((await query.executeTakeFirstOrThrow()).count);
}
