import type { ByteSource } from '#shared/lib/port';

const CHUNK = 1 << 20;

/** A range of a source in pieces; each is read while the one before is used. */
export async function* chunksOf(
  source: ByteSource,
  offset = 0,
  length = source.size - offset,
): AsyncGenerator<Uint8Array> {
  const end = offset + length;
  const read = (at: number) => source.read(at, Math.min(CHUNK, end - at));
  let ahead: Promise<Uint8Array> | undefined;
  try {
    for (let at = offset; at < end; at += CHUNK) {
      const chunk = await (ahead ?? read(at));
      ahead = at + CHUNK < end ? read(at + CHUNK) : undefined;
      ahead?.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
  }
}
