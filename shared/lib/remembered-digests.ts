import type { ByteSource, RangeDigest } from './port.ts';

/**
 * The same source, computing each digest once: one that was begun early is there, or under way, when it is asked for.
 * A source without digests stays as it is.
 */
export function rememberedDigests(source: ByteSource): ByteSource {
  if (source.digest === undefined) return source;
  const begun = new Map<string, Promise<RangeDigest>>();
  return {
    size: source.size,
    read: (offset, length) => source.read(offset, length),
    digest(offset, length) {
      const range = `${offset}+${length}`;
      const known =
        begun.get(range) ?? source.digest?.(offset, length) ?? Promise.reject(new TypeError(range));
      begun.set(range, known);
      return known;
    },
  };
}
