import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const PIECE = 1 << 20;

/**
 * The floor of taking files in: one process writes them to disk, syncs each and its folder, and reads each once to hash
 * it. Two at a time, as many as the service has threads to hash with.
 * @returns MB/s (10⁶ bytes).
 */
export async function measureFloor(parent: string, files: number, bytes: number): Promise<number> {
  const folder = join(parent, 'floor');
  await mkdir(folder);
  const piece = randomBytes(PIECE);
  const started = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < files) await writeAndHash(join(folder, String(next++)), piece, bytes);
  };
  await Promise.all([lane(), lane()]);
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
  const seconds = (performance.now() - started) / 1000;
  await rm(folder, { recursive: true });
  return (files * bytes) / 1e6 / seconds;
}

async function writeAndHash(path: string, piece: Uint8Array, bytes: number): Promise<void> {
  const file = await open(path, 'w+');
  for (let done = 0; done < bytes; done += PIECE) await file.write(piece, 0, Math.min(PIECE, bytes - done));
  await file.sync();
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE);
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await file.read(buffer, 0, PIECE, done);
    hash.update(buffer.subarray(0, bytesRead));
    done += bytesRead;
  }
  hash.digest();
  await file.close();
}
