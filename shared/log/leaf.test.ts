import { expect, test } from 'vitest';
import type { Sha256 } from '#shared/lib/sha256';
import { concatBytes } from '../lib/concat-bytes.ts';
import { toUtf8 } from '../lib/utf8.ts';
import { type Leaf, leafBytes, leafTypeOf } from './leaf.ts';

const digest = 'ab'.repeat(32) as Sha256;
const leaves: Leaf[] = [
  { type: 'evidence-pairing/v1', publicKey: digest },
  { type: 'evidence-challenge/v1', challenge: digest },
  { type: 'evidence-anchor/v1', device: '0123abcd', digest },
  { type: 'evidence-receipt/v1', receipt: digest },
  { type: 'evidence-correction/v1', correction: digest },
  { type: 'evidence-second-look/v1', look: digest },
  ...([digest, '-'] as const).map((previous) => ({
    type: 'evidence-seal/v1' as const,
    packageId: 'EVD-4OYMIQUY7QOBJGX3',
    bundle: digest,
    previous,
    tagManifest: digest,
    sealManifest: digest,
  })),
];

test.each(leaves)('$type is told by its bytes, and by nothing that is more, less or other', (leaf) => {
  const bytes = leafBytes(leaf);
  expect(leafTypeOf(bytes)).toBe(leaf.type);
  expect(leafTypeOf(bytes.subarray(0, -1))).toBeUndefined();
  expect(leafTypeOf(concatBytes(bytes, toUtf8('\n')))).toBeUndefined();
  expect(leafTypeOf(concatBytes(toUtf8(' '), bytes))).toBeUndefined();
});

test('other entries have no type', () => {
  for (const text of ['', 'leaf 1\n', 'constructor\n', 'evidence-seal/v1', 'evidence-seal/v1\n'])
    expect(leafTypeOf(toUtf8(text))).toBeUndefined();
  expect(leafTypeOf(new Uint8Array(65_535))).toBeUndefined();
});
