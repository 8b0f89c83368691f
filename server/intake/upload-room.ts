import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Uploads } from '../store/uploads.ts';
import type { IntakeContext } from './intake-context.ts';

/** Rows read at a time. */
const PAGE = 1000;

/** The room of the disk that uploads under way will still take. */
export interface UploadRoom {
  /**
   * Stores one more upload of `bytes`, if there is room for it besides what those under way will still bring.
   * @returns what `store` returns.
   * @throws StoreError DISK_FULL, and then `store` has not been called; what `store` throws
   */
  admit<T>(bytes: number, store: () => Promise<T>): Promise<T>;
}

/**
 * What is still to come is counted, from rows and files, only when it matters. In between it is known to be at most what
 * the last count found and what was admitted since: uploads that go on, end or expire only take from it. An upload for
 * which there is room by that bound is admitted without a look at any other; none is refused without a new count. A
 * process begins with a count: only one at a time holds a data directory.
 */
export function createUploadRoom({
  store,
  folders,
  space,
}: Pick<IntakeContext, 'folders' | 'space'> & {
  readonly store: { readonly uploads: Pick<Uploads, 'unfinished'> };
}): UploadRoom {
  let bound: number | undefined;
  let storedWhileCounting = 0;
  let counting: Promise<void> | undefined;
  /** Bytes of those asked for whose rows a count may not find yet, in the order of asking. */
  const asked = new Map<symbol, number>();

  const count = async (): Promise<void> => {
    storedWhileCounting = 0;
    const found = await stillToCome(store.uploads, folders.incoming);
    bound = found + storedWhileCounting;
  };
  /** One at a time; one that was begun before this call may have missed what it is about. */
  const countAnew = async (): Promise<void> => {
    await counting?.catch(() => undefined);
    counting ??= count().finally(() => {
      counting = undefined;
    });
    await counting;
  };
  /** With those asked for earlier, not later: of two that ask at once and do not both fit, one is admitted. */
  const upTo = (own: symbol): number => {
    let sum = 0;
    for (const [asker, bytes] of asked) {
      sum += bytes;
      if (asker === own) break;
    }
    return sum;
  };
  const requireRoom = async (own: symbol): Promise<void> => {
    if (bound !== undefined) {
      const isRoom = await space.require('upload', bound + upTo(own)).then(
        () => true,
        () => false,
      );
      if (isRoom) return;
    }
    await countAnew();
    await space.require('upload', (bound ?? 0) + upTo(own));
  };
  return {
    async admit(bytes, storeUpload) {
      const own = Symbol();
      asked.set(own, bytes);
      try {
        await requireRoom(own);
      } catch (error) {
        asked.delete(own);
        throw error;
      }
      try {
        return await storeUpload();
      } finally {
        asked.delete(own);
        // Also when it failed: the row may be there all the same.
        if (bound !== undefined) bound += bytes;
        storedWhileCounting += bytes;
      }
    },
  };
}

async function stillToCome(uploads: Pick<Uploads, 'unfinished'>, incoming: string): Promise<number> {
  let sum = 0;
  for (let page = await uploads.unfinished(PAGE); page.length > 0; ) {
    for (const { id, bytes } of page) {
      const here = await stat(join(incoming, id)).then(
        ({ size }) => size,
        () => 0,
      );
      sum += Math.max(0, bytes - here);
    }
    page = page.length < PAGE ? [] : await uploads.unfinished(PAGE, page.at(-1));
  }
  return sum;
}
