import { crc32 } from 'node:zlib';
import { bundlePath } from '#shared/bundle/layout';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { canonicalZip } from '#shared/lib/zip/canonical-zip';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { openZip } from '#shared/lib/zip/open-zip';
import { hashEntry } from '#shared/lib/zip/read-entry';
import { certificateFacts } from '#shared/seal/certificate/certificate-facts';
import { renderValue } from '#shared/seal/certificate/render-value';
import { certificateTextZh } from '#shared/seal/certificate/text-zh';
import { beijingTime } from '#shared/seal/instant';
import { type PackageReport, verifyPackage } from '#shared/verify/verify-package';
import { pngThumbnail } from '../../../server/document/png-thumbnail.ts';
import { nodePorts } from '../../../server/store/node-ports.ts';
import { certificateInput } from '../../fixtures/certificate-input.ts';
import { PackageDraft } from '../../fixtures/package-draft.ts';
import type { FuzzCorpus } from '../corpus.ts';
import { forgeBundle } from '../forge-bundle.ts';
import { type FuzzTarget, mutators, seedAt } from '../fuzz-target.ts';
import type { Random } from '../random.ts';

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

/** Files that forged bundles differ in; the capture record, which says most, more often. */
const forged = [
  ...[bundlePath.captureRecord, bundlePath.captureRecord, bundlePath.captureRecord, bundlePath.datapackage],
  ...[bundlePath.journal, bundlePath.pages, bundlePath.warc, bundlePath.cdx],
];

function mutatorFor(path: string): keyof typeof mutators {
  if (/\.jsonl?$/.test(path)) return 'json';
  if (/\.(?:txt|pem|vkey|xml|tlog-proof)$/.test(path)) return 'text';
  return /\.(?:cms|tsr|tst)$/.test(path) ? 'der' : 'bytes';
}

/** One byte that names the file, then what becomes of it. */
function alteredFile(
  random: Random,
  files: ReadonlyMap<string, Uint8Array>,
  paths: readonly string[],
): Uint8Array {
  const index = random.int(paths.length);
  const path = paths[index] ?? '';
  const others = [...files.values()].filter(({ length }) => length < 50_000);
  return concatBytes(Uint8Array.of(index), mutators[mutatorFor(path)](random, seedAt(files, path), others));
}

function unaltered(files: ReadonlyMap<string, Uint8Array>, paths: readonly string[]): Uint8Array {
  return concatBytes(Uint8Array.of(0), seedAt(files, paths[0] ?? ''));
}

function fileIn(input: Uint8Array, paths: readonly string[]): { path: string; content: Uint8Array } {
  return { path: paths[(input[0] ?? 0) % paths.length] ?? '', content: input.subarray(1) };
}

async function verifyForged(input: Uint8Array, corpus: FuzzCorpus): Promise<void> {
  const { path, content } = fileIn(input, forged);
  const bundle = await verifyBundle(bytesSource(forgeBundle(corpus, path, content)), nodePorts);
  // What is accepted must also be printable.
  const { sections, artefacts } = certificateFacts({ ...certificateInput(), bundle });
  const values = sections.flatMap(({ facts }) => facts).flatMap((fact) => fact.values);
  for (const value of values) renderValue(value, certificateTextZh);
  for (const { createdAt } of artefacts) beijingTime(createdAt);
}

/** A wrapper whose members but the package itself are altered. */
async function verifyArchive(input: Uint8Array, { archive }: FuzzCorpus): Promise<void> {
  const { path, content } = fileIn(input, wrapperPaths(archive));
  const order = [...archive.keys()];
  const packed = new PackageDraft(archive).set(path, content).pack(order);
  requireNoStumble(await verifyPackage(bytesSource(packed), nodePorts), path);
}

function wrapperPaths(archive: FuzzCorpus['archive']): string[] {
  return [...archive.keys()].filter((path) => !path.endsWith('.asice'));
}

async function verifyAltered(input: Uint8Array, corpus: FuzzCorpus): Promise<void> {
  const { path, content } = fileIn(input, [...corpus.members.keys()]);
  const packed = new PackageDraft(corpus.members).set(path, content).pack();
  requireNoStumble(await verifyPackage(bytesSource(packed), nodePorts), path);
}

function requireNoStumble({ checks }: PackageReport, path: string): void {
  const stumbled = checks.find(({ code }) => code === 'UNEXPECTED_FAULT');
  if (stumbled !== undefined) throw new TypeError(`${stumbled.id} stumbled over ${path}`);
}

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
  {
    name: 'bundle-forged',
    weight: 12,
    mutator: 'bytes',
    seeds: ({ plainFiles }) => [unaltered(plainFiles, forged)],
    make: (random, { plainFiles }) => alteredFile(random, plainFiles, forged),
    run: verifyForged,
  },
  {
    name: 'package-altered',
    weight: 2,
    mutator: 'bytes',
    seeds: ({ members }) => [unaltered(members, [...members.keys()])],
    make: (random, { members }) => alteredFile(random, members, [...members.keys()]),
    run: verifyAltered,
  },
  {
    name: 'archive-altered',
    weight: 1,
    mutator: 'bytes',
    seeds: ({ archive }) => [unaltered(archive, wrapperPaths(archive))],
    make: (random, { archive }) => alteredFile(random, archive, wrapperPaths(archive)),
    run: verifyArchive,
  },
  {
    name: 'png',
    weight: 20,
    mutator: 'bytes',
    seeds: ({ png }) => [png],
    run: (bytes) => pngThumbnail(bytes, 16, 0.7),
  },
];
