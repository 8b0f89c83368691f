import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { nextEntry } from './chain.ts';
import type { JournalLine } from './entry.ts';
import { journalSegment } from './journal-segment.ts';
import { parseJournal } from './parse-journal.ts';

const details = fc.array(
  fc.record({ own: fc.boolean(), value: fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }) }),
  { maxLength: 12 },
);

/** A journal of one capture (`own`) among others, closed at its end. */
function journalOf(list: readonly { own: boolean; value: unknown }[]): JournalLine[] {
  const lines: JournalLine[] = [];
  const add = (event: JournalLine['event'], detail: Record<string, Json>) => {
    const salted = { salt: String(lines.length).padStart(32, '0'), detail };
    lines.push({ ...nextEntry(lines.at(-1), { at: lines.length, mono: 0.5, event, ...salted }), ...salted });
  };
  add('capture-started', { capture: 'CAP-1' });
  for (const { own, value } of list)
    add('artefact-stored', { capture: own ? 'CAP-1' : 'CAP-2', value: value as Json });
  add('capture-closed', { capture: 'CAP-1' });
  add('anchor-received', { capture: 'CAP-1' });
  return lines;
}

test('a segment reads back as the chain it was cut from, foreign entries without their detail', () => {
  fc.assert(
    fc.property(details, (list) => {
      const lines = journalOf(list);
      const parsed = parseJournal(toUtf8(journalSegment(lines, 'CAP-1', 0)));
      expect(parsed.map(({ hash }) => hash)).toEqual(lines.slice(0, -1).map(({ hash }) => hash));
      expect(parsed.slice(1, -1).map(({ detail }) => detail !== undefined)).toEqual(
        list.map(({ own }) => own),
      );
    }),
  );
});

test('any flipped bit is refused', () => {
  const bytes = toUtf8(journalSegment(journalOf([{ own: false, value: 1 }]), 'CAP-1', 0));
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes);
    changed[at]! ^= 1 << (at % 8);
    expect(() => parseJournal(changed), `byte ${at}`).toThrow();
  }
});

test('any truncation is refused, save between lines', () => {
  const text = journalSegment(journalOf([{ own: true, value: null }]), 'CAP-1', 0);
  const bytes = toUtf8(text);
  for (let length = 0; length < bytes.length; length++) {
    if (length > 0 && bytes[length - 1] === 10) continue;
    expect(() => parseJournal(bytes.subarray(0, length)), `length ${length}`).toThrow();
  }
});

test('a capture that was not closed has no segment', () => {
  const lines = journalOf([]);
  const refused = expect.objectContaining({ code: 'NOT_CLOSED' });
  expect(() => journalSegment(lines.slice(0, 1), 'CAP-1', 0)).toThrow(refused);
  expect(() => journalSegment(lines, 'CAP-1', 9)).toThrow(refused);
  expect(() => journalSegment(lines, 'CAP-2', 0)).toThrow(refused);
});
