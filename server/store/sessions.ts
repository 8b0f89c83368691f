import type { Database } from './database.ts';
import type { Device } from './devices.ts';

/** Nonces and bearer tokens, both by their SHA-256 only. */
export interface Sessions {
  /** Adds a nonce and forgets expired ones. */
  addNonce(nonce: { hash: string; device: string; expiresAt: number }, now: number): Promise<void>;
  /** Removes the nonce; whether it was there for this device and not expired. Single use. */
  takeNonce(hash: string, device: string, now: number): Promise<boolean>;
  /** Adds a session and forgets expired ones. */
  add(session: { tokenHash: string; device: string; createdAt: number; expiresAt: number }): Promise<void>;
  /** The device of a live session. */
  device(tokenHash: string, now: number): Promise<Device | undefined>;
}

export function createSessions(db: Database): Sessions {
  return {
    async addNonce(nonce, now) {
      await db.deleteFrom('sessionNonces').where('expiresAt', '<=', now).execute();
      await db.insertInto('sessionNonces').values(nonce).execute();
    },
    async takeNonce(hash, device, now) {
      const taken = await db
        .deleteFrom('sessionNonces')
        .where('hash', '=', hash)
        .where('device', '=', device)
        .returning('expiresAt')
        .executeTakeFirst();
      return taken !== undefined && taken.expiresAt > now;
    },
    async add(session) {
      await db.deleteFrom('sessions').where('expiresAt', '<=', session.createdAt).execute();
      await db.insertInto('sessions').values(session).execute();
    },
    device: (tokenHash, now) =>
      db
        .selectFrom('sessions')
        .innerJoin('devices', 'devices.id', 'sessions.device')
        .selectAll('devices')
        .where('sessions.tokenHash', '=', tokenHash)
        .where('sessions.expiresAt', '>', now)
        .executeTakeFirst(),
  };
}
