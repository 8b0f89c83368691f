import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64 } from '#shared/lib/base64';
import { fromHex, toHex } from '#shared/lib/hex';
import { LogError } from './log-error.ts';
import { emptyRoot, leafHash, nodeHash } from './merkle-hash.ts';
import { consistency, inclusion, leaves, randomHash, roots } from './testing/rfc6962-vectors.ts';
import { auditPath, consistencyPath, someLeaves, treeHash } from './testing/toy-tree.ts';
import { verifyConsistency } from './verify-consistency.ts';
import { type InclusionProof, verifyInclusion } from './verify-inclusion.ts';

const inclusionProofs: InclusionProof[] = inclusion.map(({ index, size, root, leaf, proof }) => ({
  index,
  size,
  root: fromBase64(root),
  leaf: fromBase64(leaf),
  hashes: proof.map(fromBase64),
}));
const consistencyProofs = consistency.map(({ size1, size2, root1, root2, proof }) => ({
  size1,
  size2,
  root1: fromBase64(root1),
  root2: fromBase64(root2),
  hashes: proof.map(fromBase64),
}));
type Consistency = (typeof consistencyProofs)[number];

const accepts = (check: () => void) => {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
};
const included = (proof: InclusionProof) => accepts(() => verifyInclusion(proof));
const consistent = (p: Consistency) =>
  accepts(() =>
    verifyConsistency({ size: p.size1, root: p.root1 }, { size: p.size2, root: p.root2 }, p.hashes),
  );
const flipped = (hash: Uint8Array, mask: number) => hash.map((byte, n) => (n === 0 ? byte ^ mask : byte));
const nothing = new Uint8Array();
const random = fromHex(randomHash);
const wrong = new TextEncoder().encode('WrongRoot');

test('roots of the classic leaves', () => {
  expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  roots.forEach((root, n) => {
    expect(toHex(treeHash(leaves.slice(0, n + 1).map(fromHex)))).toBe(root);
  });
});

test('published inclusion vectors, right and corrupted', () => {
  let corrupted = 0;
  for (const good of inclusionProofs) {
    expect(included(good)).toBe(true);
    const { index, size, hashes, root } = good;
    const bad: Partial<InclusionProof>[] = [
      { index: BigInt.asUintN(64, index - 1n) },
      { index: index + 1n },
      { index: index ^ 2n },
      { size: size * 2n },
      { size: size / 2n },
      { leaf: wrong },
      { root: emptyRoot() },
      { root: random },
      { hashes: [...hashes, nothing] },
      { hashes: [...hashes, root] },
      { hashes: [nothing, ...hashes] },
      { hashes: [root, ...hashes] },
      ...hashes.map((_, i) => ({ hashes: hashes.map((h, j) => (i === j ? flipped(h, 8) : h)) })),
      ...(hashes.length > 0 ? [{ hashes: hashes.slice(0, -1) }] : []),
      ...(hashes[0] && hashes.length > 1 ? [{ hashes: [hashes[0], random, ...hashes.slice(1)] }] : []),
    ];
    corrupted += bad.length;
    for (const change of bad) expect(included({ ...good, ...change })).toBe(false);
  }
  expect(corrupted).toBeGreaterThan(70);
});

test('published consistency vectors, right and corrupted', () => {
  let corrupted = 0;
  for (const good of consistencyProofs) {
    expect(consistent(good)).toBe(true);
    const { size1, size2, root1, root2, hashes } = good;
    const [first] = hashes;
    if (first === undefined) continue;
    const bad: Partial<Consistency>[] = [
      { size1: size1 - 1n },
      { size1: size1 + 1n },
      { size1: size1 ^ 2n },
      { size2: size2 * 2n },
      { size2: size2 / 2n },
      { root1: wrong },
      { root2: wrong },
      { root1: root2, root2: root1 },
      { hashes: [] },
      ...[nothing, root1, root2].map((hash) => ({ hashes: [...hashes, hash] })),
      ...[nothing, root1, root2, first].map((hash) => ({ hashes: [hash, ...hashes] })),
      { hashes: hashes.slice(0, -1) },
      ...hashes.map((_, i) => ({ hashes: hashes.map((h, j) => (i === j ? flipped(h, 16) : h)) })),
    ];
    corrupted += bad.length;
    for (const change of bad) expect(consistent({ ...good, ...change })).toBe(false);
  }
  expect(corrupted).toBeGreaterThan(70);
});

test('a consistency proof from size 0 is refused, empty or not', () => {
  const empty = { size: 0n, root: emptyRoot() };
  const after = { size: 8n, root: fromHex(roots[7]) };
  for (const [head, hashes] of [
    [after, []],
    [after, [emptyRoot()]],
    [empty, []],
  ] as const) {
    expect(() => verifyConsistency(empty, head, hashes)).toThrowError(
      expect.objectContaining({ code: 'CONSISTENCY_FROM_EMPTY' }),
    );
  }
  expect(() => verifyConsistency(after, empty, [])).toThrowError(
    expect.objectContaining({ code: 'CONSISTENCY_INVALID' }),
  );
});

test('every proof of every tree of up to 40 leaves, by the definitions of RFC 6962', () => {
  for (let size = 1; size <= 40; size++) {
    const tree = someLeaves(size);
    const root = treeHash(tree);
    for (let m = 0; m < size; m++) {
      const leaf = leafHash(tree[m] ?? nothing);
      verifyInclusion({ index: BigInt(m), size: BigInt(size), leaf, hashes: auditPath(m, tree), root });
    }
    for (let m = 1; m <= size; m++) {
      const before = { size: BigInt(m), root: treeHash(tree.slice(0, m)) };
      verifyConsistency(before, { size: BigInt(size), root }, consistencyPath(m, tree));
    }
  }
});

/** The root that a path of arbitrary sibling hashes gives, by the recursion of RFC 6962 §2.1.1 on numbers alone. */
function rootOfPath(index: bigint, size: bigint, leaf: Uint8Array, siblings: Uint8Array[]): Uint8Array {
  if (size === 1n) return leaf;
  let k = 1n;
  while (2n * k < size) k *= 2n;
  const sibling = siblings.pop();
  if (sibling === undefined) throw new RangeError('path too short');
  return index < k
    ? nodeHash(rootOfPath(index, k, leaf, siblings), sibling)
    : nodeHash(sibling, rootOfPath(index - k, size - k, leaf, siblings));
}

function pathLength(index: bigint, size: bigint): number {
  if (size === 1n) return 0;
  let k = 1n;
  while (2n * k < size) k *= 2n;
  return 1 + (index < k ? pathLength(index, k) : pathLength(index - k, size - k));
}

test('inclusion in trees beyond 2^53 leaves', () => {
  const big = fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(big, big, fc.uint8Array({ minLength: 32, maxLength: 32 }), (a, b, leaf) => {
      const [size, index] = a > b ? [a, b] : [b + 1n, a];
      const hashes = Array.from({ length: pathLength(index, size) }, (_, n) =>
        leafHash(Uint8Array.of(n, leaf[0] ?? 0)),
      );
      const root = rootOfPath(index, size, leaf, [...hashes]);
      const proof = { index, size, leaf, hashes, root };
      expect(included(proof)).toBe(true);
      // Neighbours that a double cannot tell apart.
      expect(included({ ...proof, index: index ^ 1n })).toBe(false);
    }),
    { numRuns: 200 },
  );
});
