import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BesideFile } from '#shared/verify/verification';
import { StoreError } from './store/store-error.ts';

/** A statement with every list full has less. */
const MAX_BYTES = 1 << 20;

/**
 * Second looks that lie beside a package under the names the service gives them: `<id>.second-look-<n>.json` beside
 * `<id>.asice`, in the order of their numbers.
 * @throws StoreError READ_FAILED for one that cannot be read, or is too large to be one
 */
export async function secondLooksBeside(file: string): Promise<BesideFile[]> {
  const stem = basename(file).replace(/\.asic[es]$/, '');
  const numberOf = (name: string) =>
    name.startsWith(`${stem}.second-look-`)
      ? Number(/^[1-9]\d{0,3}(?=\.json$)/.exec(name.slice(stem.length + '.second-look-'.length))?.[0] ?? 0)
      : 0;
  const names = await readdir(dirname(file)).catch(() => []);
  const found = names.filter((name) => numberOf(name) > 0).sort((a, b) => numberOf(a) - numberOf(b));
  return Promise.all(
    found.map(async (name) => ({ name, bytes: await readSmall(join(dirname(file), name)) })),
  );
}

async function readSmall(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size <= MAX_BYTES) return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new StoreError('READ_FAILED', `cannot read ${path}`, { entry: path, cause });
  }
  throw new StoreError('READ_FAILED', `${path} is too large`, { entry: path });
}
