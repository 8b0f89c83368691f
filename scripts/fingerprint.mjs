import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256 over names and contents of files and folders (recursively); a missing one counts as empty. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true })
          .map((name) => join(path, name))
          .filter((name) => statSync(name).isFile())
          .sort()
      : [path];
    for (const name of names) hash.update(`${name}\0`).update(readFileSync(name));
  }
  return hash.digest('hex');
}
