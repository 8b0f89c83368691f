// A worker thread that hashes ranges of an open file. Plain JavaScript, so that it starts without a compiler.
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { crc32 } from 'node:zlib';

const CHUNK = 2 ** 20;
const { fd, cancelled } = workerData;
const flag = new Int32Array(cancelled);
const buffer = Buffer.allocUnsafeSlow(CHUNK);

/** Positional reads of one shared descriptor do not disturb one another. */
function digest(offset, length) {
  const hash = createHash('sha256');
  let crc = 0;
  for (let done = 0; done < length; ) {
    if (Atomics.load(flag, 0) !== 0) throw new Error('cancelled');
    const bytes = readSync(fd, buffer, 0, Math.min(CHUNK, length - done), offset + done);
    if (bytes === 0) throw new Error('file has shrunk');
    const chunk = buffer.subarray(0, bytes);
    hash.update(chunk);
    crc = crc32(chunk, crc);
    done += bytes;
  }
  return { sha256: new Uint8Array(hash.digest()), crc32: crc };
}

parentPort.on('message', ({ offset, length }) => {
  try {
    parentPort.postMessage({ digest: digest(offset, length) });
  } catch (error) {
    parentPort.postMessage({ failure: error instanceof Error ? error.message : String(error) });
  }
});
