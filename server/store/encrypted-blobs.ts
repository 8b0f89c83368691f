import { randomBytes } from 'node:crypto';
import { concatBytes } from '#shared/lib/concat-bytes';
import { newCipher, RANDOM_BYTES, SEGMENT_BYTES } from './blob-format.ts';
import type { BlobKey } from './blob-key.ts';
import type { BlobContent, BlobMember, Blobs } from './blobs.ts';
import { checkedContent } from './checked-content.ts';
import { openDecrypted } from './decrypted-source.ts';
import { chunksOf } from './source-chunks.ts';

/** What the names of encrypted files end in: nobody takes one for the file it holds. */
export const ENCRYPTED_SUFFIX = '.enc';

/**
 * Blobs that another store keeps encrypted under `key`. A file is bound to the last part of its name, so that one of a
 * package cannot stand for another, and can yet be linked from folder to folder.
 */
export function encryptedBlobs(inner: Blobs, key: BlobKey): Blobs {
  const stored = (name: string) => `${name}${ENCRYPTED_SUFFIX}`;
  const encrypt = (name: string, content: BlobContent) =>
    encrypted(content, newCipher(key, labelOf(name), randomBytes(RANDOM_BYTES)));
  const blobs: Blobs = {
    put: (name, content, sha256) =>
      inner.put(
        stored(name),
        encrypt(name, sha256 === undefined ? content : checkedContent(name, content, sha256)),
      ),
    async copy(from, to) {
      if (labelOf(from) === labelOf(to)) return inner.copy(stored(from), stored(to));
      if (await blobs.has(to)) return;
      await inner.put(stored(to), encrypt(to, contentOf(from)));
    },
    publish: (folder, members) => inner.publish(folder, members.map(storedMember)),
    async open(name) {
      const source = await inner.open(stored(name));
      return openDecrypted(source, key, labelOf(name)).catch(async (error: unknown) => {
        await source.close();
        throw error;
      });
    },
    has: (name) => inner.has(stored(name)),
    list: async (folder) =>
      (await inner.list(folder))
        .filter((name) => name.endsWith(ENCRYPTED_SUFFIX))
        .map((name) => name.slice(0, -ENCRYPTED_SUFFIX.length)),
    // As a folder, or as a file in the clear that an interrupted write has left.
    async delete(name) {
      await inner.delete(stored(name));
      await inner.delete(name);
    },
  };
  return blobs;

  function storedMember(member: BlobMember): BlobMember {
    const name = stored(member.name);
    if ('content' in member) return { name, content: encrypt(member.name, member.content) };
    return labelOf(member.copyOf) === member.name
      ? { name, copyOf: stored(member.copyOf) }
      : { name, content: encrypt(member.name, contentOf(member.copyOf)) };
  }

  async function* contentOf(name: string): AsyncGenerator<Uint8Array> {
    const source = await blobs.open(name);
    try {
      yield* chunksOf(source);
    } finally {
      await source.close();
    }
  }
}

function labelOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The pieces of the encrypted file. The last segment is known only at the end: one full one is held back. */
async function* encrypted(
  content: BlobContent,
  cipher: ReturnType<typeof newCipher>,
): AsyncGenerator<Uint8Array> {
  yield cipher.header;
  let held: Uint8Array = new Uint8Array();
  let number = 0;
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    const missing = SEGMENT_BYTES - held.length;
    if (piece.length <= missing) {
      held = concatBytes(held, piece);
      continue;
    }
    const sealed = [...cipher.seal(concatBytes(held, piece.subarray(0, missing)), number++, false)];
    let at = missing;
    for (; piece.length - at > SEGMENT_BYTES; at += SEGMENT_BYTES)
      sealed.push(...cipher.seal(piece.subarray(at, at + SEGMENT_BYTES), number++, false));
    held = piece.slice(at);
    yield concatBytes(...sealed);
  }
  yield concatBytes(...cipher.seal(held, number, true));
}
