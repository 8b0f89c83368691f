import { crc32 } from 'node:zlib';
import { bundlePath } from '#shared/bundle/layout';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { concatBytes } from '#shared/lib/concat-bytes';
import { sha256Hex } from '#shared/lib/sha256';
import { canonicalZip } from '#shared/lib/zip/canonical-zip';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { openZip } from '#shared/lib/zip/open-zip';
import { hashEntry } from '#shared/lib/zip/read-entry';
import { certificateFacts } from '#shared/seal/certificate/certificate-facts';
import { verifyPackage } from '#shared/verify/verify-package';
import { pngThumbnail } from '../../../server/document/png-thumbnail.ts';
import { nodePorts } from '../../../server/store/node-ports.ts';
import { bytesSource } from '../../fixtures/bytes-source.ts';
import { certificateInput } from '../../fixtures/certificate-input.ts';
import { PackageDraft } from '../../fixtures/package-draft.ts';
import type { FuzzCorpus } from '../corpus.ts';
import { forgeBundle } from '../forge-bundle.ts';
import { type FuzzTarget, mutators, seedAt } from '../fuzz-target.ts';
import { random } from '../random.ts';

/** A ZIP archive is opened and every entry of it hashed. */
async function readArchive(bytes: Uint8Array, open: typeof openZip): Promise<void> {
  const source = bytesSource(bytes);
  for (const entry of (await open(source)).entries) await hashEntry(source, entry, nodePorts);
}

/** A canonical archive of tiny entries, with Zip64 records when `wide`. */
function smallCanonicalZip(wide: boolean): Uint8Array {
  const files = ['mimetype', 'data/a.txt', 'META-INF/𠮷.xml'].map((name, n) => ({
    name,
    bytes: new Uint8Array(n),
  }));
  const entries = files.map(({ name, bytes }) => ({ name, size: bytes.length, crc32: crc32(bytes) }));
  if (wide) entries.push({ name: 'data/wide.bin', size: 2 ** 32, crc32: 0 });
  const { localHeaders, trailer } = canonicalZip(entries);
  return concatBytes(
    ...localHeaders.flatMap((header, n) => [header, files[n]?.bytes ?? new Uint8Array()]),
    trailer,
  );
}

/** Altered bytes decide which file of the package or bundle they replace, so that a saved input says it all. */
function chosen(paths: readonly string[], bytes: Uint8Array): { path: string; content: Uint8Array } {
  const path = paths[(bytes[0] ?? 0) % paths.length] ?? '';
  return { path, content: bytes.subarray(1) };
}

const forged = [
  ...[bundlePath.captureRecord, bundlePath.captureRecord, bundlePath.captureRecord, bundlePath.datapackage],
  ...[bundlePath.journal, bundlePath.pages, bundlePath.warc, bundlePath.cdx],
];
const jsonFiles = new Set<string>([
  bundlePath.captureRecord,
  bundlePath.datapackage,
  bundlePath.journal,
  bundlePath.pages,
]);

async function verifyForged(bytes: Uint8Array, corpus: FuzzCorpus): Promise<void> {
  const { path, content } = chosen(forged, bytes);
  // The file itself is altered here, by its own kind of mutation: the input is only the dice.
  const dice = random(Number.parseInt(sha256Hex(content).slice(0, 8), 16), content.length);
  const before = seedAt(corpus.plainFiles, path);
  const altered = mutators[jsonFiles.has(path) ? 'json' : 'bytes'](dice, before, [
    ...corpus.plainFiles.values(),
  ]);
  const bundle = await verifyBundle(bytesSource(forgeBundle(corpus, path, altered)), nodePorts);
  // What is accepted must also be printable.
  certificateFacts({ ...certificateInput(), bundle });
}

async function verifyAltered(bytes: Uint8Array, corpus: FuzzCorpus): Promise<void> {
  const paths = [...corpus.members.keys()];
  const { path, content } = chosen(paths, bytes);
  const dice = random(Number.parseInt(sha256Hex(content).slice(0, 8), 16), content.length);
  const mutator = /\.json$/.test(path)
    ? 'json'
    : /\.(?:txt|pem|vkey|xml|tlog-proof)$/.test(path)
      ? 'text'
      : /\.(?:cms|tsr)$/.test(path)
        ? 'der'
        : 'bytes';
  const altered = mutators[mutator](
    dice,
    seedAt(corpus.members, path),
    [...corpus.members.values()].slice(0, 6),
  );
  const packed = new PackageDraft(corpus.members).set(path, altered).pack();
  const { checks } = await verifyPackage(bytesSource(packed), nodePorts);
  const stumbled = checks.find(({ code }) => code === 'UNEXPECTED_FAULT');
  if (stumbled !== undefined) throw new TypeError(`${stumbled.id} stumbled over ${path}`);
}

const dice: readonly Uint8Array[] = [0, 1, 2, 3].map((n) =>
  Uint8Array.from({ length: 12 }, (_, at) => 31 * at + n),
);

export const containerTargets: readonly FuzzTarget[] = [
  {
    name: 'zip-canonical',
    weight: 100,
    mutator: 'zip',
    seeds: ({ package: whole }) => [
      smallCanonicalZip(false),
      smallCanonicalZip(true),
      smallCanonicalZip(false),
      whole,
    ],
    run: (bytes) => readArchive(bytes, openCanonicalZip),
  },
  {
    name: 'zip',
    weight: 120,
    mutator: 'zip',
    seeds: ({ smallZip, bundle }) => [smallZip, smallZip, smallZip, bundle, smallCanonicalZip(true)],
    run: (bytes) => readArchive(bytes, openZip),
  },
  {
    name: 'bundle',
    weight: 8,
    mutator: 'zip',
    seeds: ({ bundle, package: whole }) => [bundle, whole],
    run: (bytes) => verifyBundle(bytesSource(bytes), nodePorts),
  },
  { name: 'bundle-forged', weight: 12, mutator: 'bytes', seeds: () => dice, run: verifyForged },
  { name: 'package-altered', weight: 2, mutator: 'bytes', seeds: () => dice, run: verifyAltered },
  {
    name: 'png',
    weight: 20,
    mutator: 'bytes',
    seeds: ({ png }) => [png],
    run: (bytes) => pngThumbnail(bytes, 16, 0.7),
  },
];
