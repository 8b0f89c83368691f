import * as v from 'valibot';
import { canonicalFile, parseCanonicalFile } from '#shared/bundle/canonical-file';
import { sha256Schema } from '#shared/bundle/capture-record';
import { toHex } from '#shared/lib/hex';
import type { IncrementalSha256 } from '#shared/lib/port';
import type { Sha256 } from '#shared/lib/sha256';
import { type CanonicalEntry, canonicalZip } from '#shared/lib/zip/canonical-zip';
import { packagePath } from '#shared/seal/layout';
import { writeDurable } from '../store/durable-file.ts';
import { type FileSource, openFileSource } from '../store/file-source.ts';
import { nodePorts } from '../store/node-ports.ts';
import { memberPaths } from './member-paths.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { hasOutput, memberOutput, outputPath, readOutput } from './work-folder.ts';

const CHUNK = 1 << 20;
const PACKAGE_FACTS = 'package.json';

const packageFactsSchema = v.strictObject({
  bytes: v.pipe(v.number(), v.safeInteger()),
  sha256: sha256Schema,
});
export type PackageFacts = v.InferOutput<typeof packageFactsSchema>;

/** Name of the finished package below `work.dir`. */
export function packageOutput({ id }: Pick<SealWork, 'id'>): string {
  return `${id}.asice`;
}

/**
 * Joins all members into the canonical ZIP, streaming: members and bundle are read twice (CRC-32 stands before the
 * data) and never held. The package appears under its name only when whole and on disk; its digest after it.
 */
export const pack: SealStep = {
  name: 'package',
  outputs: (work) => [packageOutput(work), PACKAGE_FACTS],
  async run(work) {
    const path = outputPath(work, packageOutput(work));
    const facts = (await hasOutput(work, packageOutput(work)))
      ? await factsOfFile(path)
      : await writePackage(work, path);
    await writeDurable(outputPath(work, PACKAGE_FACTS), canonicalFile(facts));
  },
};

/** Size and digest of the finished package. @throws SealError, BundleError */
export async function readPackageFacts(work: SealWork): Promise<PackageFacts> {
  return parseCanonicalFile(packageFactsSchema, await readOutput(work, PACKAGE_FACTS), PACKAGE_FACTS);
}

async function writePackage(work: SealWork, path: string): Promise<PackageFacts> {
  const members = (await memberPaths(work)).map((name) => ({ name, file: fileOf(work, name) }));
  const entries: CanonicalEntry[] = [];
  for (const { name, file } of members) entries.push(await entryOf(work, name, file));
  const { localHeaders, trailer, size } = canonicalZip(entries);
  const hash = nodePorts.createSha256();
  await writeDurable(path, hashed(hash, archive()));
  return { bytes: size, sha256: toHex(hash.digest()) as Sha256 };

  async function* archive(): AsyncGenerator<Uint8Array> {
    for (const [index, { file }] of members.entries()) {
      yield localHeaders[index] ?? new Uint8Array();
      yield* chunksOf(file);
    }
    yield trailer;
  }
}

function fileOf(work: SealWork, name: string): string {
  const isBundle = name === packagePath.bundle(work.captureId);
  return isBundle ? work.bundlePath : outputPath(work, memberOutput(name));
}

async function entryOf(work: SealWork, name: string, file: string): Promise<CanonicalEntry> {
  const isBundle = name === packagePath.bundle(work.captureId);
  const hash = nodePorts.createSha256();
  let crc32 = 0;
  let size = 0;
  for await (const chunk of chunksOf(file)) {
    crc32 = nodePorts.crc32(chunk, crc32);
    size += chunk.length;
    if (isBundle) hash.update(chunk);
  }
  if (isBundle && toHex(hash.digest()) !== work.bundle.sha256)
    throw new SealError('BUNDLE_CHANGED', 'the bundle on disk is not the one that was verified', {
      entry: name,
    });
  return { name, size, crc32 };
}

async function factsOfFile(path: string): Promise<PackageFacts> {
  const hash = nodePorts.createSha256();
  let bytes = 0;
  for await (const chunk of hashed(hash, chunksOf(path))) bytes += chunk.length;
  return { bytes, sha256: toHex(hash.digest()) as Sha256 };
}

async function* hashed(
  hash: IncrementalSha256,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const source: FileSource = await openFileSource(path);
  try {
    for (let at = 0; at < source.size; at += CHUNK)
      yield await source.read(at, Math.min(CHUNK, source.size - at));
  } finally {
    await source.close();
  }
}
