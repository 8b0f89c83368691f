import type { BlobContent, Blobs } from './blobs.ts';
import { bytesInMemory, heldSource } from './held-source.ts';

/** What is known of blobs nobody else writes: their names, once they were listed, and the bytes of small ones. */
export class BlobMemory {
  names?: Promise<Set<string>>;
  readonly bytes = new Map<string, Uint8Array>();
}

/** What a folder of one writer is used for. */
export type KeptBlobs = Pick<Blobs, 'put' | 'open' | 'has' | 'list' | 'delete'>;

/** Larger ones are read where they are stored. */
const REMEMBERED_BYTES = 2 ** 20;

/**
 * Blobs of one writer: everything is stored as by `blobs`, but what was written or read once is not read again, and
 * whether a blob is there is not asked for each. Stores over the same blobs share a `memory`.
 */
export function rememberedBlobs(blobs: Blobs, memory: BlobMemory): KeptBlobs {
  const names = () => {
    memory.names ??= blobs.list('').then((list) => new Set(list));
    return memory.names;
  };
  const remember = (name: string, content: BlobContent) => {
    if (content instanceof Uint8Array && content.length <= REMEMBERED_BYTES) memory.bytes.set(name, content);
    else memory.bytes.delete(name);
  };
  return {
    async put(name, content, sha256) {
      const known = await names();
      await blobs.put(name, content, sha256);
      known.add(name);
      remember(name, content);
    },
    async open(name) {
      const known = memory.bytes.get(name);
      if (known !== undefined) return bytesInMemory(known);
      const source = await blobs.open(name);
      if (source.size > REMEMBERED_BYTES) return source;
      const held = await heldSource(source);
      remember(name, await held.read(0, held.size));
      return held;
    },
    has: async (name) => (await names()).has(name),
    async list(folder) {
      const below = folder === '' ? '' : `${folder}/`;
      return [...(await names())].filter((name) => name.startsWith(below)).sort();
    },
    async delete(name) {
      const known = await names();
      await blobs.delete(name);
      for (const other of [...known])
        if (other === name || other.startsWith(`${name}/`)) {
          known.delete(other);
          memory.bytes.delete(other);
        }
    },
  };
}
