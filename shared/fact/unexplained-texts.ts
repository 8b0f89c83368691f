import { spellings } from './spellings.ts';
import { TextIndex } from './text-index.ts';

/** Recorded bodies as text, from the beginning at each call: only one of them is held at a time. */
export type RecordedTexts = () => AsyncIterable<string>;

/**
 * Which of `texts` occur in no recorded body, whatever the spelling. Text that a script computes occurs in none;
 * `composed` says that at least every word of it does.
 * @param texts distinct, in normal form (`normalText`), none empty
 */
export async function unexplainedTexts(
  texts: readonly string[],
  bodies: RecordedTexts,
): Promise<ReadonlyMap<string, { readonly composed: boolean }>> {
  const open = await missing(texts, bodies);
  const words = await missing([...new Set([...open].flatMap(wordsOf))], bodies);
  return new Map(
    [...open].map((text) => {
      const parts = wordsOf(text);
      return [text, { composed: parts.length > 1 && parts.every((part) => !words.has(part)) }] as const;
    }),
  );
}

async function missing(texts: readonly string[], bodies: RecordedTexts): Promise<ReadonlySet<string>> {
  const open = new Set(texts);
  if (open.size === 0) return open;
  for await (const body of bodies()) {
    for (const spelling of spellings(body)) {
      const index = new TextIndex(spelling);
      for (const text of open) if (index.holds(text)) open.delete(text);
    }
    if (open.size === 0) break;
  }
  return open;
}

/** Runs of letters and runs of digits; `共3件` has three. */
function wordsOf(text: string): string[] {
  return text.match(/\p{L}[\p{L}\p{M}]*|\p{N}+/gu) ?? [];
}
