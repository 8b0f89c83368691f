import { type AdmissionLimits, admit, type LimitReached } from './admission.ts';
import type { Database } from './database.ts';
import type { UploadRow } from './tables.ts';

export type Upload = Readonly<UploadRow>;

/** Uploads begun. Their bytes lie below `incoming/` under the same id. */
export interface Uploads {
  add(row: Upload): Promise<void>;
  /** `add` within limits; the limit that forbids it, and then nothing is stored. */
  admit(row: Upload, limits: AdmissionLimits): Promise<LimitReached | undefined>;
  get(id: string): Promise<Upload | undefined>;
  /** Unfinished ones in the order of their creation, at most `limit`; those behind `after`, if given. */
  unfinished(limit: number, after?: Pick<Upload, 'id' | 'createdAt'>): Promise<readonly Upload[]>;
  /** The newest unfinished upload of a package by a device. */
  receiving(packageId: string, device?: string): Promise<Upload | undefined>;
  remove(id: string): Promise<void>;
}

export function createUploads(db: Database): Uploads {
  const all = db.selectFrom('uploads').selectAll();
  return {
    async add(row) {
      await db.insertInto('uploads').values(row).execute();
    },
    admit: (row, limits) => admit(db, row, limits),
    get: (id) => all.where('id', '=', id).executeTakeFirst(),
    unfinished: (limit, after) =>
      all
        .where('finishedAt', 'is', null)
        .$if(after !== undefined, (query) =>
          query.where((eb) =>
            eb(eb.refTuple('createdAt', 'id'), '>', eb.tuple(after?.createdAt ?? 0, after?.id ?? '')),
          ),
        )
        .orderBy('createdAt')
        .orderBy('id')
        .limit(limit)
        .execute(),
    receiving: (packageId, device) =>
      all
        .where('package', '=', packageId)
        .where('finishedAt', 'is', null)
        .$if(device !== undefined, (query) => query.where('device', '=', device ?? ''))
        .orderBy('createdAt', 'desc')
        .limit(1)
        .executeTakeFirst(),
    async remove(id) {
      await db.deleteFrom('uploads').where('id', '=', id).execute();
    },
  };
}
