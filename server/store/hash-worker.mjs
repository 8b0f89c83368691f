// A worker thread that hashes ranges of open files. Plain JavaScript, so that it starts without a compiler.
import { createHash } from 'node:crypto';
import { fsyncSync, readSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { BLOCK, blockChecksums } from './block-checksums.mjs';
import { combineCrc32 } from './combine-crc32.mjs';

const { cancelled } = workerData;
const flag = new Int32Array(cancelled);
const buffer = Buffer.allocUnsafeSlow(BLOCK);

// Gives way to the thread that answers requests, less than what no one waits for (evidence-worker.mjs). On Linux a priority
// belongs to a thread, elsewhere to the process.
if (process.platform === 'linux') setPriority(0, 5);

/** Positional reads of one shared descriptor do not disturb one another. */
function read(fd, offset, length) {
  for (let done = 0; done < length; ) {
    const bytes = readSync(fd, buffer, done, length - done, offset + done);
    if (bytes === 0) throw new Error('file has shrunk');
    done += bytes;
  }
  return buffer.subarray(0, length);
}

/** Blocks of the file that a range touches, or the parts of them that it does. */
function* pieces(offset, length) {
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const block = Math.floor(at / BLOCK);
    const next = Math.min(end, (block + 1) * BLOCK);
    yield { at, length: next - at, block: next - at === BLOCK ? block : undefined };
    at = next;
  }
}

function digest(fd, offset, length, checksums) {
  const hash = createHash('sha256');
  const parts = [];
  for (const piece of pieces(offset, length)) {
    if (Atomics.load(flag, 0) !== 0) throw new Error('cancelled');
    const chunk = read(fd, piece.at, piece.length);
    hash.update(chunk);
    if (piece.block === undefined || checksums === undefined) parts.push(crc32(chunk));
    else {
      checksums.offer(piece.block, chunk);
      parts.push(undefined);
    }
  }
  let crc = 0;
  let index = 0;
  for (const { at, length: size, block } of pieces(offset, length)) {
    const part = parts[index++] ?? checksums.take(block) ?? crc32(read(fd, at, size));
    crc = combineCrc32(crc, part, size);
  }
  return { sha256: new Uint8Array(hash.digest()), crc32: crc };
}

parentPort.on('message', ({ fd, offset, length, sync, shared }) => {
  try {
    if (sync) fsyncSync(fd);
    const checksums = shared === undefined ? undefined : blockChecksums(shared);
    parentPort.postMessage({ digest: digest(fd, offset, length, checksums) });
  } catch (error) {
    parentPort.postMessage({
      failure: error instanceof Error ? error.message : String(error),
      code: error?.code,
    });
  }
});
