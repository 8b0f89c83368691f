import { StoreError } from './store-error.ts';

const MIB = 2 ** 20;
/** For journal, numbers and times: small writes that never wait for room. */
const RESERVE_BYTES = 64 * MIB;
/** A capture that begins with less would likely be cut. */
export const START_BYTES = 192 * MIB;
const ASKED_AGAIN_AFTER_MS = 250;

let left = 0;
let askedAt = Number.NEGATIVE_INFINITY;

/**
 * Call before bytes are stored, outside a transaction. Chromium throws the whole database away where the disk under it
 * was full (LevelDB cannot finish its files, and what cannot be read is begun anew): so it is never written full.
 * @throws StoreError QUOTA_EXCEEDED: nothing was written
 */
export async function requireRoom(bytes: number, reserve = RESERVE_BYTES): Promise<void> {
  const now = performance.now();
  if (now - askedAt > ASKED_AGAIN_AFTER_MS || left < bytes + reserve) {
    left = await freeBytes();
    askedAt = now;
  }
  if (left < bytes + reserve)
    throw new StoreError('QUOTA_EXCEEDED', `${left} bytes are free, ${bytes + reserve} are needed`);
  left -= bytes;
}

async function freeBytes(): Promise<number> {
  // Only browsers have a store to ask; a quota that is not told is no limit.
  const { quota, usage = 0 } = (await globalThis.navigator?.storage?.estimate()) ?? {};
  return quota === undefined ? Number.POSITIVE_INFINITY : quota - usage;
}
