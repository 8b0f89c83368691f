import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFrom } from './built-from.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether dist/server was built from the sources as they are now; anything else about it counts as not built. */
export function isServerBuilt() {
  try {
    const text = readFileSync(join(root, 'dist', 'server', 'sources.json'), 'utf8');
    const complete = existsSync(join(root, 'dist', 'server', 'cli.js'));
    return complete && JSON.stringify(builtFrom(root, Object.keys(JSON.parse(text)))) === text;
  } catch {
    return false;
  }
}
