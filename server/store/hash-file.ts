import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Sha256 } from '#shared/lib/sha256';
import { StoreError, systemCode } from './store-error.ts';

/**
 * SHA-256 of a file, read as a stream.
 * @throws StoreError NOT_FOUND, READ_FAILED
 */
export async function hashFile(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  } catch (cause) {
    const code = systemCode(cause) === 'ENOENT' ? 'NOT_FOUND' : 'READ_FAILED';
    throw new StoreError(code, `cannot read ${path}`, { entry: path, cause });
  }
  return hash.digest('hex') as Sha256;
}
