import type { Database } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { type Cursor, type Page, toPage } from './page.ts';
import type { DeviceRow } from './tables.ts';

export type Device = Readonly<DeviceRow>;

/** Paired devices. */
export interface Devices {
  get(id: string): Promise<Device | undefined>;
  /**
   * Takes a pairing code and stores the device as its organisation's and user's, both or neither. A device known with
   * the same key gets the new name and user.
   * @returns `code-used` when the code was taken meanwhile, `id-taken` when another key has the same device id,
   * `other-organisation` when the device is paired with another one.
   */
  pair(
    device: Pick<Device, 'id' | 'publicKey' | 'name' | 'pairedAt'>,
    codeId: string,
  ): Promise<'paired' | 'code-used' | 'id-taken' | 'other-organisation'>;
  /** Keeps the first reason. */
  suspend(id: string, reason: string, at: number): Promise<void>;
  /** As `suspend`, for a device that showed two histories; that is remembered when it is reinstated. */
  fork(id: string, reason: string, at: number): Promise<void>;
  /** Whether the device ever showed two histories. */
  hasForked(id: string): Promise<boolean>;
  /** Of one organisation, or of all when it is `undefined`; newest first. */
  list(organisation: string | undefined, limit: number, after?: Cursor): Promise<Page<Device>>;
  /** Ends a device for good; keeps the first time. */
  revoke(id: string, at: number): Promise<void>;
  /** Ends a suspension; `false` when there was none. */
  reinstate(id: string): Promise<boolean>;
  /** Stores the certificate issued for a device's key; DER as base64. */
  certify(id: string, certificate: string): Promise<void>;
}

const unmarked = { revokedAt: null, suspendedAt: null, suspension: null, certificate: null };

export function createDevices(db: Database): Devices {
  return {
    get: (id) => db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst(),
    pair: (device, codeId) =>
      inTransaction(db, async (tx) => {
        const known = await tx
          .selectFrom('devices')
          .select(['publicKey', 'organisation'])
          .where('id', '=', device.id)
          .executeTakeFirst();
        if (known !== undefined && known.publicKey !== device.publicKey) return 'id-taken';
        const code = await tx
          .selectFrom('pairingCodes')
          .select(['organisation', 'user'])
          .where('id', '=', codeId)
          .where('usedAt', 'is', null)
          .executeTakeFirst();
        if (code === undefined) return 'code-used';
        const { organisation, user } = code;
        if (known !== undefined && known.organisation !== organisation) return 'other-organisation';
        await tx
          .updateTable('pairingCodes')
          .set({ usedAt: device.pairedAt })
          .where('id', '=', codeId)
          .execute();
        await tx
          .insertInto('devices')
          .values({ ...device, organisation, user, ...unmarked })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: device.name, user }))
          .execute();
        return 'paired';
      }),
    async suspend(id, reason, at) {
      await db
        .updateTable('devices')
        .set({ suspendedAt: at, suspension: reason })
        .where('id', '=', id)
        .where('suspendedAt', 'is', null)
        .execute();
    },
    fork: (id, reason, at) =>
      db.transaction().execute(async (tx) => {
        await tx
          .insertInto('deviceForks')
          .values({ device: id, at, reason })
          .onConflict((conflict) => conflict.columns(['device', 'at']).doNothing())
          .execute();
        await tx
          .updateTable('devices')
          .set({ suspendedAt: at, suspension: reason })
          .where('id', '=', id)
          .where('suspendedAt', 'is', null)
          .execute();
      }),
    async hasForked(id) {
      const found = await db
        .selectFrom('deviceForks')
        .select('at')
        .where('device', '=', id)
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },
    async list(organisation, limit, after) {
      let query = db.selectFrom('devices').selectAll().orderBy('pairedAt', 'desc').orderBy('id', 'desc');
      if (organisation !== undefined) query = query.where('organisation', '=', organisation);
      if (after !== undefined)
        query = query.where((eb) => eb(eb.refTuple('pairedAt', 'id'), '<', eb.tuple(after.at, after.id)));
      const rows = await query.limit(limit + 1).execute();
      return toPage(rows, limit, ({ pairedAt, id }) => ({ at: pairedAt, id }));
    },
    async revoke(id, at) {
      await db
        .updateTable('devices')
        .set({ revokedAt: at })
        .where('id', '=', id)
        .where('revokedAt', 'is', null)
        .execute();
    },
    async reinstate(id) {
      const { numUpdatedRows } = await db
        .updateTable('devices')
        .set({ suspendedAt: null, suspension: null })
        .where('id', '=', id)
        .where('suspendedAt', 'is not', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    async certify(id, certificate) {
      await db.updateTable('devices').set({ certificate }).where('id', '=', id).execute();
    },
  };
}
