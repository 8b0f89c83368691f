import { describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from '../../server/store/node-ports.ts';
import { excerptRanges, verifyExcerpt } from './excerpt.ts';
import { parseRecording } from './parse-recording.ts';
import { nextRecordingEntry, recordingLine } from './recording-chain.ts';
import type { RecordingEntry, RecordingFact } from './recording-entry.ts';
import { recordingFacts } from './recording-facts.ts';
import { chunksOf, verifyRecordingChain } from './verify-recording-chain.ts';

const capture = 'CAP-01234567-1';
const pieces = [1, 2, 3, 4].map((n) => new Uint8Array(1000 * n).fill(n));
const whole = concatBytes(...pieces);

function chained(facts: readonly RecordingFact[], of = capture): RecordingEntry[] {
  const entries: RecordingEntry[] = [];
  for (const fact of facts) entries.push(nextRecordingEntry(of, entries.at(-1), fact));
  return entries;
}

function chunk(index: number, change: object = {}): RecordingFact {
  const bytes = pieces[index] ?? new Uint8Array(0);
  const offset = pieces.slice(0, index).reduce((sum, { length }) => sum + length, 0);
  return {
    ...{ type: 'chunk', at: 1_000_000 + index * 5000, mono: index * 5000.5, index, offset },
    ...{ bytes: bytes.length, sha256: sha256Hex(bytes), fromMs: index * 5000, toMs: index * 5000 + 5000 },
    ...{ visible: true, muted: false, peak: 0.25, events: [] },
    ...change,
  } as RecordingFact;
}

const marker: RecordingFact = {
  type: 'marker',
  at: 1_000_100,
  mono: 1,
  offsetMs: 7000,
  note: '主播承诺保本',
};
const spoken: RecordingFact = {
  ...{ type: 'transcript', at: 1_000_200, mono: 2, fromMs: 6000, toMs: 9000, text: '百分之百有效' },
};
const facts = [chunk(0), chunk(1), marker, chunk(2), chunk(3), spoken];
const textOf = (entries: readonly RecordingEntry[]) => toUtf8(entries.map(recordingLine).join(''));
const journal = textOf(chained(facts));
const verify = (lines: Uint8Array, file: Uint8Array) =>
  verifyRecordingChain(lines, bytesSource(file), capture, nodePorts);

describe('the chain of a recording', () => {
  test('holds over exactly the chunks, with markers and transcript in it', async () => {
    const entries = await verify(journal, whole);
    expect(chunksOf(entries)).toHaveLength(4);
    expect(recordingFacts(entries)).toMatchObject({
      ...{ durationMs: 20_000, chunks: 4, gaps: [], sound: true, transcriptEntries: 1 },
      markers: [{ offsetMs: 7000, note: '主播承诺保本' }],
    });
  });

  test('a chunk altered in one bit is named', async () => {
    const altered = Uint8Array.from(whole);
    altered[1500] = (altered[1500] ?? 0) ^ 1;
    await expect(verify(journal, altered)).rejects.toMatchObject({
      ...{ code: 'RECORDING_CHUNK_ALTERED', entry: 'chunk 1' },
    });
  });

  test('bytes behind the last chunk or missing there are refused', async () => {
    for (const file of [concatBytes(whole, new Uint8Array(1)), whole.subarray(0, -1)])
      await expect(verify(journal, file)).rejects.toMatchObject({ code: 'RECORDING_BOUNDS' });
  });

  const lines = fromUtf8(journal).split(/(?<=\n)/);
  test.each([
    ['a line left out', lines.toSpliced(1, 1), 'RECORDING_CHAIN_BROKEN'],
    ['lines exchanged', [...lines.slice(0, 3), ...lines.slice(3).reverse()], 'RECORDING_CHAIN_BROKEN'],
    ['a note changed', lines.map((line) => line.replace('承诺', '否认')), 'RECORDING_CHAIN_BROKEN'],
    ['another spelling', lines.map((line) => line.replace('{', '{ ')), 'RECORDING_LINE_MALFORMED'],
    ['no line feed', [...lines.slice(0, -1), (lines.at(-1) ?? '').trim()], 'RECORDING_LINE_MALFORMED'],
    ['not JSON', ['x\n'], 'RECORDING_LINE_MALFORMED'],
  ])('%s: refused', (_, changed, code) => {
    expect(() => parseRecording(toUtf8(changed.join('')), capture)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('the chain of another capture is refused', () => {
    const other = textOf(chained(facts, 'CAP-01234567-2'));
    expect(() => parseRecording(other, capture)).toThrow(
      expect.objectContaining({ code: 'RECORDING_CHAIN_BROKEN', entry: 'line 1' }),
    );
  });

  test.each([
    ['offset', { offset: 999 }],
    ['number', { index: 2 }],
    ['time', { fromMs: 4000 }],
  ])('a chunk whose %s overlaps is refused', (_, change) => {
    const wrong = textOf(chained([chunk(0), chunk(1, change)]));
    expect(() => parseRecording(wrong, capture)).toThrow(
      expect.objectContaining({ code: 'RECORDING_BOUNDS' }),
    );
  });

  test('time no chunk covers is a gap', () => {
    const entries = chained([chunk(0), chunk(1, { fromMs: 8000, toMs: 10_000 })]);
    expect(recordingFacts(entries).gaps).toEqual([{ fromMs: 5000, toMs: 8000 }]);
  });
});

describe('an excerpt', () => {
  const cut = (from: number, to: number) =>
    concatBytes(
      ...excerptRanges(chunksOf(chained(facts)), from, to).map(({ offset, bytes }) =>
        whole.subarray(offset, offset + bytes),
      ),
    );
  const check = (file: Uint8Array, from: number, to: number) =>
    verifyExcerpt(journal, bytesSource(file), { capture, from, to }, nodePorts);

  test('carries chunk 0 and verifies as part of the whole', async () => {
    expect((await check(cut(2, 3), 2, 3)).map(({ index }) => index)).toEqual([0, 2, 3]);
    expect((await check(cut(0, 1), 0, 1)).map(({ index }) => index)).toEqual([0, 1]);
  });

  test('altered, or of other chunks: refused', async () => {
    const altered = cut(2, 3);
    altered[altered.length - 1] = 9;
    await expect(check(altered, 2, 3)).rejects.toMatchObject({
      ...{ code: 'RECORDING_CHUNK_ALTERED', entry: 'chunk 3' },
    });
    await expect(check(cut(1, 2), 2, 3)).rejects.toMatchObject({ code: 'RECORDING_BOUNDS' });
  });

  test.each([
    [-1, 1],
    [3, 2],
    [0, 4],
    [0.5, 2],
  ])('chunks %d to %d are not there', (from, to) => {
    expect(() => excerptRanges(chunksOf(chained(facts)), from, to)).toThrow(
      expect.objectContaining({ code: 'RECORDING_BOUNDS' }),
    );
  });
});
