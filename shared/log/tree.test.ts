import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '#shared/lib/hex';
import { formatEntries, parseEntries } from './entry-bundle.ts';
import { LogError } from './log-error.ts';
import { leafHash } from './merkle-hash.ts';
import { auditPath, consistencyPath, someLeaves, treeHash } from './testing/toy-tree.ts';
import { parseTilePath, TILE_WIDTH, tilePath } from './tile-path.ts';
import { TileReader } from './tile-reader.ts';
import type { TileSource } from './tile-source.ts';
import { TreeEdge } from './tree-edge.ts';
import { TreeProver } from './tree-prover.ts';
import { verifyConsistency } from './verify-consistency.ts';
import { verifyInclusion } from './verify-inclusion.ts';

const coded = (code: string) => expect.objectContaining({ code });

class MemorySource implements TileSource {
  readonly files = new Map<string, Uint8Array>();

  async read(path: string): Promise<Uint8Array> {
    const bytes = this.files.get(path);
    if (bytes === undefined) throw new LogError('TILE_MISSING', 'no such tile', { entry: path });
    return bytes;
  }

  take(edge: TreeEdge): void {
    for (const { address, bytes } of [...edge.takeFull(), ...edge.partials()])
      this.files.set(tilePath(address), bytes);
  }
}

function grown(entries: readonly Uint8Array[]): { edge: TreeEdge; source: MemorySource } {
  const edge = new TreeEdge();
  const source = new MemorySource();
  for (const entry of entries) edge.append(entry);
  source.take(edge);
  return { edge, source };
}

test('tile paths as in C2SP tlog-tiles', () => {
  expect(tilePath({ level: 0, index: 1234067n, width: 256 })).toBe('tile/0/x001/x234/067');
  expect(tilePath({ level: 'entries', index: 0n, width: 17 })).toBe('tile/entries/000.p/17');
  expect(tilePath({ level: 63, index: 1000n, width: 256 })).toBe('tile/63/x001/000');
  const address = fc.record({
    level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
    index: fc.bigInt({ min: 0n, max: 2n ** 56n }),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(address, (a) => {
      expect(parseTilePath(tilePath(a))).toEqual(a);
    }),
  );
  for (const bad of [
    '',
    'checkpoint',
    'tile/64/000',
    'tile/00/000',
    'tile/0/x000/000',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../../log.key',
    'tile/0/x001/../000',
    'tile/0/000\n',
    'tile/entries/1',
  ])
    expect(() => parseTilePath(bad), bad).toThrowError(coded('TILE_PATH_MALFORMED'));
});

test('entry bundles: parse ∘ format is the identity, a truncation inside an entry is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 }), (entries) => {
      const bytes = formatEntries(entries);
      expect(parseEntries(bytes)).toEqual(entries.map((entry) => entry));
      const last = entries.at(-1)?.length ?? 0;
      for (const cut of [1, last, last + 1])
        if (cut > 0 && cut < last + 2)
          expect(() => parseEntries(bytes.subarray(0, bytes.length - cut))).toThrowError(
            coded('ENTRIES_MALFORMED'),
          );
    }),
  );
});

test('the edge has the root of RFC 6962 at every size up to 600, in whatever batches', () => {
  const entries = someLeaves(600);
  const edge = new TreeEdge();
  entries.forEach((entry, n) => {
    edge.append(entry);
    if (n % 97 === 0 || n > 590 || [254, 255, 256, 511].includes(n))
      expect(toHex(edge.root())).toBe(toHex(treeHash(entries.slice(0, n + 1))));
  });
});

test('the example sizes of C2SP tlog-tiles', () => {
  const names = (size: number) => {
    const edge = new TreeEdge();
    for (let n = 0; n < size; n++) edge.append(Uint8Array.of(n & 255, n >> 8, n >> 16));
    const full = edge.takeFull().map(({ address }) => tilePath(address));
    return { full, partial: edge.partials().map(({ address }) => tilePath(address)) };
  };
  const { full, partial } = names(70_000);
  expect(full.filter((path) => path.startsWith('tile/0/'))).toHaveLength(273);
  expect(full.filter((path) => path.startsWith('tile/1/'))).toEqual(['tile/1/000']);
  expect(partial).toEqual([
    'tile/0/273.p/112',
    'tile/entries/273.p/112',
    'tile/1/001.p/17',
    'tile/2/000.p/1',
  ]);
  expect(names(256)).toEqual({ full: ['tile/entries/000', 'tile/0/000'], partial: ['tile/1/000.p/1'] });
});

test('proofs from tiles equal the definitions of RFC 6962', async () => {
  for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 300]) {
    const entries = someLeaves(size);
    const prover = new TreeProver(new TileReader(grown(entries).source), BigInt(size));
    expect(await prover.root()).toEqual(treeHash(entries));
    const some = [...new Set([0, 1, size >> 1, size - 2, size - 1])].filter((n) => n >= 0 && n < size);
    for (const n of some) {
      expect(await prover.inclusion(BigInt(n))).toEqual(auditPath(n, entries));
      expect(await prover.consistency(BigInt(n + 1))).toEqual(consistencyPath(n + 1, entries));
    }
    await expect(prover.inclusion(BigInt(size))).rejects.toMatchObject({ code: 'INDEX_OUT_OF_RANGE' });
    await expect(prover.consistency(0n)).rejects.toMatchObject({ code: 'CONSISTENCY_FROM_EMPTY' });
    await expect(prover.consistency(BigInt(size + 1))).rejects.toMatchObject({ code: 'INDEX_OUT_OF_RANGE' });
  }
});

test('an edge loaded from files goes on as if it had never stopped, also from full tiles alone', async () => {
  const entries = someLeaves(1_300);
  const { source } = grown(entries);
  for (const size of [0, 1, 255, 256, 257, 511, 512, 1_000]) {
    const ready = await TreeEdge.load(grown(entries.slice(0, size)).source, BigInt(size));
    expect(ready.size).toBe(BigInt(size));
    for (const entry of entries.slice(size)) ready.append(entry);
    expect(ready.root()).toEqual(treeHash(entries));
    const again = new MemorySource();
    again.take(ready);
    for (const [path, bytes] of again.files) expect(bytes).toEqual(source.files.get(path));
  }
  const { edge: at300, source: kept } = grown(entries.slice(0, 300));
  for (const entry of entries.slice(300, 512)) at300.append(entry);
  kept.take(at300);
  for (const path of ['tile/0/001.p/44', 'tile/entries/001.p/44']) expect(kept.files.delete(path)).toBe(true);
  expect((await TreeEdge.load(kept, 300n)).root()).toEqual(treeHash(entries.slice(0, 300)));
});

test('large trees: proofs made from tiles verify', async () => {
  const edge = new TreeEdge();
  const source = new MemorySource();
  const heads: { size: bigint; root: Uint8Array }[] = [];
  for (let n = 0; n < 66_000; n++) {
    edge.append(Uint8Array.of(n & 255, n >> 8, n >> 16));
    if (n % 13_001 === 13_000 || n === 65_535) {
      heads.push({ size: edge.size, root: edge.root() });
      source.take(edge);
    }
  }
  source.take(edge);
  const prover = new TreeProver(new TileReader(source), edge.size);
  const root = edge.root();
  expect(await prover.root()).toEqual(root);
  for (const before of heads)
    verifyConsistency(before, { size: edge.size, root }, await prover.consistency(before.size));
  for (const n of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const index = BigInt(n);
    const leaf = leafHash(Uint8Array.of(n & 255, n >> 8, n >> 16));
    verifyInclusion({ index, size: edge.size, leaf, hashes: await prover.inclusion(index), root });
  }
});

test('a damaged edge is noticed when it is loaded', async () => {
  const { source } = grown(someLeaves(300));
  const damaged = source.files.get('tile/entries/001.p/44')?.slice();
  damaged![2]! ^= 1;
  source.files.set('tile/entries/001.p/44', damaged!);
  await expect(TreeEdge.load(source, 300n)).rejects.toMatchObject({ code: 'TREE_MISMATCH' });
  source.files.delete('tile/0/001.p/44');
  await expect(TreeEdge.load(source, 300n)).rejects.toMatchObject({ code: 'TILE_MISSING' });
  source.files.set('tile/0/001.p/44', new Uint8Array(31));
  await expect(TreeEdge.load(source, 300n)).rejects.toMatchObject({ code: 'TILE_MALFORMED' });
  expect(TILE_WIDTH).toBe(256);
});
