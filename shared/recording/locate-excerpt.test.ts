import { expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { nodePorts } from '../../server/store/node-ports.ts';
import { testRecording } from '../../test/fixtures/test-recording.ts';
import { locateExcerpt } from './locate-excerpt.ts';

/** Chunks 1, 2 and 4 are equally long, and 3 is as long as two of them: lengths alone do not tell. */
const pieces = [700, 1000, 1000, 2000, 1000, 1].map((size, index) => new Uint8Array(size).fill(index));
const { capture, journal, file } = testRecording('CAP-01234567-1', pieces);
const locate = (excerpt: Uint8Array) => locateExcerpt(journal, bytesSource(excerpt), capture, nodePorts);
const piecesOf = (...indices: number[]) =>
  concatBytes(...indices.map((index) => pieces[index] ?? new Uint8Array(0)));

test.each([
  ['one chunk', piecesOf(0, 2), { from: 2, to: 2, fromMs: 10_000, toMs: 15_000, storedAt: 1_010_000 }],
  ['the same length elsewhere', piecesOf(0, 4), { from: 4, to: 4 }],
  ['several', piecesOf(0, 2, 3), { from: 2, to: 3 }],
  ['the length of several in one', piecesOf(0, 3), { from: 3, to: 3 }],
  ['the beginning', piecesOf(0, 1), { from: 0, to: 1 }],
  ['chunk 0 alone', piecesOf(0), { from: 0, to: 0 }],
  ['the whole', file, { from: 0, to: 5 }],
  ['the end', piecesOf(0, 5), { from: 5, to: 5 }],
])('%s is found', async (_, excerpt, place) => {
  expect(await locate(excerpt)).toMatchObject(place);
});

test.each([
  ['no chunk 0', piecesOf(2), 'RECORDING_BOUNDS'],
  ['chunks that do not follow each other', piecesOf(0, 1, 4), 'RECORDING_CHUNK_ALTERED'],
  ['chunks exchanged', piecesOf(0, 2, 1), 'RECORDING_CHUNK_ALTERED'],
  ['a byte more', concatBytes(piecesOf(0, 2), new Uint8Array(2)), 'RECORDING_BOUNDS'],
  ['nothing', new Uint8Array(0), 'RECORDING_BOUNDS'],
])('%s is refused', async (_, excerpt, code) => {
  await expect(locate(excerpt)).rejects.toMatchObject({ code });
});

test('one flipped bit anywhere is refused', async () => {
  const excerpt = piecesOf(0, 3, 4);
  for (let at = 0; at < excerpt.length; at += 37) {
    const altered = Uint8Array.from(excerpt);
    altered[at] = (altered[at] ?? 0) ^ 4;
    await expect(locate(altered)).rejects.toMatchObject({ code: 'RECORDING_CHUNK_ALTERED' });
  }
});
