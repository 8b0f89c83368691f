import * as v from 'valibot';
import { canonicalFile, parseCanonicalFile } from '#shared/bundle/canonical-file';
import { sha256Schema } from '#shared/bundle/capture-record';
import { concatBytes } from '#shared/lib/concat-bytes';
import { toHex } from '#shared/lib/hex';
import type { IncrementalSha256 } from '#shared/lib/port';
import { rangeDigest } from '#shared/lib/range-digest';
import type { Sha256 } from '#shared/lib/sha256';
import { type CanonicalEntry, canonicalZip } from '#shared/lib/zip/canonical-zip';
import { packagePath } from '#shared/seal/layout';
import { openBlobRef } from '../store/blob-ref.ts';
import { nodePorts } from '../store/node-ports.ts';
import { chunksOf } from '../store/source-chunks.ts';
import { memberPaths } from './member-paths.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { hasOutput, outputRef, readMember, readOutput, writeOutput } from './work-folder.ts';

const JOINED_BYTES = 2 ** 18;

export const PACKAGE_FACTS = 'package.json';

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
 * Joins all members into the canonical ZIP, streaming: intake took the bundle's CRC-32, which stands before the data,
 * so it is read once, and never held. The package appears under its name only when whole, its digest after it; it is
 * synced while it is verified.
 */
export const pack: SealStep = {
  name: 'package',
  outputs: (work) => [packageOutput(work), PACKAGE_FACTS],
  async run(work) {
    const facts = (await hasOutput(work, packageOutput(work)))
      ? await factsOfFile(work)
      : await writePackage(work);
    await writeOutput(work, PACKAGE_FACTS, canonicalFile(facts));
  },
};

/** Size and digest of the finished package. @throws SealError, BundleError */
export async function readPackageFacts(work: SealWork): Promise<PackageFacts> {
  return parseCanonicalFile(packageFactsSchema, await readOutput(work, PACKAGE_FACTS), PACKAGE_FACTS);
}

async function writePackage(work: SealWork): Promise<PackageFacts> {
  const members: Member[] = [];
  for (const name of await memberPaths(work)) members.push(await memberOf(work, name));
  const { localHeaders, trailer, size } = canonicalZip(members);
  const hash = nodePorts.createSha256();
  await writeOutput(work, packageOutput(work), hashed(hash, joined(archive())));
  return { bytes: size, sha256: toHex(hash.digest()) as Sha256 };

  async function* archive(): AsyncGenerator<Uint8Array> {
    for (const [index, { content }] of members.entries()) {
      yield localHeaders[index] ?? new Uint8Array();
      yield* content;
    }
    yield trailer;
  }
}

interface Member extends CanonicalEntry {
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

async function memberOf(work: SealWork, name: string): Promise<Member> {
  if (name === packagePath.bundle(work.captureId)) {
    const { bytes: size, crc32 } = work.bundle;
    return { name, size, crc32, content: unchanged(work, name) };
  }
  const bytes = await readMember(work, name);
  return { name, size: bytes.length, crc32: nodePorts.crc32(bytes), content: [bytes] };
}

/** The bundle in pieces; what it is worth as evidence, the last step and every verifier find out. */
async function* unchanged({ bundleFile, bundle }: SealWork, entry: string): AsyncGenerator<Uint8Array> {
  let crc32 = 0;
  let size = 0;
  const source = await openBlobRef(bundleFile);
  try {
    for await (const chunk of chunksOf(source)) {
      crc32 = nodePorts.crc32(chunk, crc32);
      size += chunk.length;
      yield chunk;
    }
  } finally {
    await source.close();
  }
  if (crc32 !== bundle.crc32 || size !== bundle.bytes)
    throw new SealError('BUNDLE_CHANGED', 'the bundle on disk is not the one that was verified', { entry });
}

async function factsOfFile(work: SealWork): Promise<PackageFacts> {
  const source = await openBlobRef(outputRef(work, packageOutput(work)));
  try {
    const { sha256 } = await rangeDigest(source, 0, source.size, nodePorts);
    return { bytes: source.size, sha256: toHex(sha256) as Sha256 };
  } finally {
    await source.close();
  }
}

/** The same bytes in fewer pieces: most members are a few hundred bytes, and each piece is written by itself. */
async function* joined(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    if (bytes > 0 && bytes + piece.length > JOINED_BYTES) {
      yield concatBytes(...waiting);
      waiting = [];
      bytes = 0;
    }
    if (piece.length > JOINED_BYTES) yield piece;
    else {
      waiting.push(piece);
      bytes += piece.length;
    }
  }
  if (bytes > 0) yield concatBytes(...waiting);
}

/** Passes the pieces on and hashes each while its taker writes it. */
async function* hashed(
  hash: IncrementalSha256,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const done = new Promise<void>((resolve) => {
      setImmediate(() => {
        hash.update(chunk);
        resolve();
      });
    });
    yield chunk;
    await done;
  }
}
