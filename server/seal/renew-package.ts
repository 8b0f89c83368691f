import { fromHex } from '#shared/lib/hex';
import type { ByteSource } from '#shared/lib/port';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { type CanonicalEntry, canonicalZip } from '#shared/lib/zip/canonical-zip';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import type { ZipEntry } from '#shared/lib/zip/open-zip';
import { entrySource, hashEntry, readEntry } from '#shared/lib/zip/read-entry';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { ASICS_MEDIA_TYPE, archiveOrder, archivePath, parseArchiveOrder } from '#shared/seal/archive-layout';
import { buildArchiveManifest } from '#shared/seal/archive-manifest';
import { writeDurable } from '../store/durable-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import type { TimeStampAuthority } from '../trust/trust.ts';
import { SealError } from './seal-error.ts';

const CHUNK = 1 << 20;

/** Everything of an archive but the package: it fits into memory. */
interface Renewals {
  readonly packageId: string;
  /** The sealed package: where it lies, its digest and CRC-32. */
  readonly package: { readonly source: ByteSource; readonly sha256: Sha256; readonly crc32: number };
  /** Token 0, 1, …; manifest `n` stands at `n - 1`. */
  readonly tokens: readonly Uint8Array[];
  readonly manifests: readonly Uint8Array[];
}

/**
 * Renews a verified package: one that is not wrapped yet is put into an ASiC-S container with a new time-stamp over
 * it; a wrapped one gets an archive manifest over everything there, and a new time-stamp over that (ETSI EN 319 162-1
 * annex A.7). The package itself is copied byte for byte and never held in memory.
 * @param source an `.asice`, or an `.asics` this function wrote.
 * @param packageId of the package, as its verification found it.
 * @param target file to write; it appears whole and on disk, and may be the file `source` reads.
 * @throws SealError WORK_MALFORMED when `source` is neither, TIME_STAMP_FAILED; StoreError.
 */
export async function renewPackage(
  source: ByteSource,
  packageId: string,
  authority: Pick<TimeStampAuthority, 'name' | 'stamp'>,
  target: string,
): Promise<void> {
  const before = await readRenewals(source, packageId);
  await writeDurable(target, archive(await withRenewal(before, authority)));
}

async function readRenewals(source: ByteSource, packageId: string): Promise<Renewals> {
  const { entries } = await openCanonicalZip(source);
  const layout = parseArchiveOrder(entries.map(({ name }) => name));
  if (layout === undefined) {
    const { crc32, sha256 } = await digestsOf(source);
    return { packageId, package: { source, sha256, crc32 }, tokens: [], manifests: [] };
  }
  if (layout.packageId !== packageId)
    throw new SealError('WORK_MALFORMED', `wrapper of ${layout.packageId}`, { entry: packageId });
  const at = (path: string): ZipEntry => {
    const entry = entries.find(({ name }) => name === path);
    if (entry === undefined) throw new SealError('WORK_MALFORMED', `${path} is missing`, { entry: path });
    return entry;
  };
  const inner = at(archivePath.package(packageId));
  const read = (path: string) => readEntry(source, at(path));
  const count = Array.from({ length: layout.renewals }, (_, index) => index + 1);
  return {
    packageId,
    package: {
      source: entrySource(source, inner),
      sha256: await hashEntry(source, inner, nodePorts),
      crc32: inner.crc32,
    },
    tokens: await Promise.all([0, ...count].map((n) => read(archivePath.token(n)))),
    manifests: await Promise.all(count.map((n) => read(archivePath.manifest(n, layout.renewals)))),
  };
}

async function digestsOf(source: ByteSource): Promise<{ sha256: Sha256; crc32: number }> {
  const hash = nodePorts.createSha256();
  let crc32 = 0;
  for await (const chunk of chunksOf(source)) {
    hash.update(chunk);
    crc32 = nodePorts.crc32(chunk, crc32);
  }
  return { sha256: Buffer.from(hash.digest()).toString('hex') as Sha256, crc32 };
}

async function withRenewal(
  before: Renewals,
  authority: Pick<TimeStampAuthority, 'name' | 'stamp'>,
): Promise<Renewals> {
  const n = before.tokens.length;
  if (n === 0) return { ...before, tokens: [await stamp(authority, before.package.sha256, n)] };
  const manifest = buildArchiveManifest(n, {
    packageId: before.packageId,
    package: before.package.sha256,
    tokens: before.tokens.map(sha256Hex),
    manifests: before.manifests.map(sha256Hex),
  });
  return {
    ...before,
    manifests: [...before.manifests, manifest],
    tokens: [...before.tokens, await stamp(authority, sha256Hex(manifest), n)],
  };
}

async function stamp(
  authority: Pick<TimeStampAuthority, 'name' | 'stamp'>,
  digest: Sha256,
  n: number,
): Promise<Uint8Array> {
  try {
    return parseTimeStampResponse(await authority.stamp(fromHex(digest))).token;
  } catch (cause) {
    throw new SealError('TIME_STAMP_FAILED', `${authority.name} gave no time-stamp`, {
      entry: archivePath.token(n),
      cause,
    });
  }
}

/** The canonical ZIP of an archive, in pieces. */
async function* archive({
  packageId,
  package: inner,
  tokens,
  manifests,
}: Renewals): AsyncGenerator<Uint8Array> {
  const renewals = manifests.length;
  const small = new Map<string, Uint8Array>([[archivePath.mimetype, toUtf8(ASICS_MEDIA_TYPE)]]);
  for (const [n, token] of tokens.entries()) small.set(archivePath.token(n), token);
  for (const [index, manifest] of manifests.entries())
    small.set(archivePath.manifest(index + 1, renewals), manifest);
  const names = archiveOrder(packageId, renewals);
  const entries = names.map((name): CanonicalEntry => {
    const bytes = small.get(name);
    return bytes === undefined
      ? { name, size: inner.source.size, crc32: inner.crc32 }
      : { name, size: bytes.length, crc32: nodePorts.crc32(bytes) };
  });
  const { localHeaders, trailer } = canonicalZip(entries);
  for (const [index, name] of names.entries()) {
    yield localHeaders[index] ?? new Uint8Array();
    const bytes = small.get(name);
    if (bytes === undefined) yield* chunksOf(inner.source);
    else yield bytes;
  }
  yield trailer;
}

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += CHUNK)
    yield await source.read(at, Math.min(CHUNK, source.size - at));
}
