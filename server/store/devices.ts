import type { Database } from './database.ts';
import type { DeviceRow } from './tables.ts';

export type Device = Readonly<DeviceRow>;

/** Paired devices. */
export interface Devices {
  get(id: string): Promise<Device | undefined>;
  /**
   * Takes a pairing code and stores the device, both or neither. A device known with the same key gets the new name.
   * @returns `code-used` when the code was taken meanwhile, `id-taken` when another key has the same device id.
   */
  pair(
    device: Pick<Device, 'id' | 'publicKey' | 'name' | 'pairedAt'>,
    codeId: string,
  ): Promise<'paired' | 'code-used' | 'id-taken'>;
  /** Keeps the first reason. */
  suspend(id: string, reason: string, at: number): Promise<void>;
}

export function createDevices(db: Database): Devices {
  return {
    get: (id) => db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst(),
    pair: (device, codeId) =>
      db.transaction().execute(async (tx) => {
        const known = await tx
          .selectFrom('devices')
          .select('publicKey')
          .where('id', '=', device.id)
          .executeTakeFirst();
        if (known !== undefined && known.publicKey !== device.publicKey) return 'id-taken';
        const taken = await tx
          .updateTable('pairingCodes')
          .set({ usedAt: device.pairedAt })
          .where('id', '=', codeId)
          .where('usedAt', 'is', null)
          .executeTakeFirst();
        if (taken.numUpdatedRows === 0n) return 'code-used';
        await tx
          .insertInto('devices')
          .values({ ...device, revokedAt: null, suspendedAt: null, suspension: null })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: device.name }))
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
  };
}
