import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IntakeContext } from './intake-context.ts';

/** More uploads at a time than devices have connections. */
const COUNTED_UPLOADS = 10_000;

/**
 * Whether there is room for one more upload of `bytes`, besides what uploads under way will still bring.
 * @throws StoreError DISK_FULL
 */
export async function admitUpload(context: IntakeContext, bytes: number): Promise<void> {
  await context.space.require('upload', bytes + (await stillToCome(context)));
}

async function stillToCome({ store, folders }: IntakeContext): Promise<number> {
  let sum = 0;
  for (const { id, bytes } of await store.uploads.unfinished(COUNTED_UPLOADS)) {
    const here = await stat(join(folders.incoming, id)).then(
      ({ size }) => size,
      () => 0,
    );
    sum += Math.max(0, bytes - here);
  }
  return sum;
}
