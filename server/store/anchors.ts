import type { Database } from './database.ts';
import type { AnchorRow } from './tables.ts';

type Anchor = Readonly<AnchorRow>;

/** Time-stamps given over journal digests; one for each device and digest. */
export interface Anchors {
  /** Stores an anchor unless there is one; returns the stored one. */
  add(row: Anchor): Promise<Anchor>;
  get(device: string, digest: string): Promise<Anchor | undefined>;
}

export function createAnchors(db: Database): Anchors {
  const get = (device: string, digest: string) =>
    db
      .selectFrom('anchors')
      .selectAll()
      .where('device', '=', device)
      .where('digest', '=', digest)
      .executeTakeFirst();
  return {
    get,
    async add(row) {
      await db
        .insertInto('anchors')
        .values(row)
        .onConflict((conflict) => conflict.columns(['device', 'digest']).doNothing())
        .execute();
      return (await get(row.device, row.digest)) ?? row;
    },
  };
}
