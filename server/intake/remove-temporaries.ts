import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IntakeContext } from './intake-context.ts';

/**
 * Removes what a killed process was in the middle of writing (names as `writeDurable` makes them) from the folders whose
 * files are written singly. Only for the holder of the data directory, before it writes: to nobody else do they belong.
 */
export async function removeTemporaries({
  incoming,
  refused,
}: Pick<IntakeContext['folders'], 'incoming' | 'refused'>): Promise<void> {
  for (const folder of [incoming, refused])
    for (const name of await readdir(folder))
      if (name.startsWith('.') && name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
}
