// Part of a worker thread: plain JavaScript, so that it starts without a compiler.
import { crc32 } from 'node:zlib';

/** Blocks lie at multiples of this in their file. */
export const BLOCK = 2 ** 20;

const CLAIMED = 1;
const KNOWN = 2;
/** A thread that ended with a block claimed is not waited for. */
const PATIENCE_MS = 1000;

/**
 * CRC-32 of the whole blocks of one file, for all threads that read it: overlapping ranges (a container and what lies
 * in it) compute each once, whoever comes first.
 * @param {SharedArrayBuffer} shared 8 bytes a block: state and CRC
 */
export function blockChecksums(shared) {
  const cells = new Int32Array(shared);
  return {
    /**
     * Computes the CRC of a block unless another thread has or does.
     * @param {number} block its number in the file
     * @param {Uint8Array} bytes all of it
     */
    offer(block, bytes) {
      if (Atomics.compareExchange(cells, 2 * block, 0, CLAIMED) !== 0) return;
      Atomics.store(cells, 2 * block + 1, crc32(bytes));
      Atomics.store(cells, 2 * block, KNOWN);
      Atomics.notify(cells, 2 * block);
    },
    /** The CRC of a block that was offered; `undefined` when the thread that had claimed it is gone. */
    take(block) {
      Atomics.wait(cells, 2 * block, CLAIMED, PATIENCE_MS);
      return Atomics.load(cells, 2 * block) === KNOWN ? Atomics.load(cells, 2 * block + 1) >>> 0 : undefined;
    },
  };
}

/** What `blockChecksums` shares for a file of `size` bytes. */
export function sharedChecksums(size) {
  return new SharedArrayBuffer(8 * Math.floor(size / BLOCK));
}
