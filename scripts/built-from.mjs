import { statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param names files, relative to `root`
 * @returns for each its size in bytes and time of last change in milliseconds; null where it is missing
 */
export function builtFrom(root, names) {
  return Object.fromEntries(
    names.map((name) => {
      const stat = statSync(join(root, name), { throwIfNoEntry: false });
      return [name, stat === undefined ? null : [stat.size, stat.mtimeMs]];
    }),
  );
}
