import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { artefactDefinition } from '#shared/artefact/index';
import type { Sha256 } from '#shared/lib/sha256';
import { canonicalZip } from '#shared/lib/zip/canonical-zip';
import { seal } from '../server/seal/seal.ts';
import { sealSteps } from '../server/seal/seal-steps.ts';
import { writeDurable } from '../server/store/durable-file.ts';
import { trustFileOf } from '../server/trust-file.ts';
import { buildTestEntries } from '../test/fixtures/build-test-bundle.ts';
import { createTestSealer } from '../test/fixtures/test-seal.ts';

/** A sealed package on disk, with how long its making took. */
export interface LargePackage {
  readonly path: string;
  readonly bytes: number;
  /** Trust file beside it. */
  readonly trust: string;
  /** Wall time of intake's verification of the bundle, ms. */
  readonly intakeMs: number;
  /** Wall time of each step of the seal, ms, in order. */
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
}

const PIECE = 2 ** 22;
/** Stands for a recording: the kind does not matter, its bytes are not looked into. */
const KIND = 'mhtml';

/** Bytes that do not compress, the same each time for one key. */
function* payload(key: Uint8Array, bytes: number): Generator<Uint8Array> {
  const cipher = createCipheriv('aes-128-ctr', key, new Uint8Array(16));
  const zeros = new Uint8Array(PIECE);
  for (let left = bytes; left > 0; left -= PIECE)
    yield cipher.update(zeros.subarray(0, Math.min(PIECE, left)));
}

/**
 * Seals a bundle of one page and `size` random bytes in `dir`, through the real parts: device signature, intake's
 * verification, every seal step.
 */
export async function makeLargePackage(dir: string, size: number): Promise<LargePackage> {
  await mkdir(join(dir, 'large'), { recursive: true });
  const sealer = await createTestSealer(dir);
  const key = randomBytes(16);
  const digest = digestOf(payload(key, size));
  const upload = join(dir, 'large', 'upload.wacz');
  await writeBundle(upload, key, size, digest);
  const started = performance.now();
  const work = await sealer.accept('large');
  const intakeMs = performance.now() - started;
  const steps: { name: string; ms: number }[] = [];
  let before = performance.now();
  const sealed = await seal(work, {
    steps: sealSteps,
    onStep: (name) => {
      const now = performance.now();
      steps.push({ name, ms: now - before });
      before = now;
    },
  });
  const trust = join(dir, 'trust.txt');
  await writeFile(trust, trustFileOf(sealer.trust, sealer.log));
  await sealer.close();
  await rm(upload);
  return { path: sealed.path, bytes: sealed.bytes, trust, intakeMs, steps };
}

function digestOf(pieces: Iterable<Uint8Array>): { sha256: Sha256; crc32: number } {
  const hash = createHash('sha256');
  let crc = 0;
  for (const piece of pieces) {
    hash.update(piece);
    crc = crc32(piece, crc);
  }
  return { sha256: hash.digest('hex') as Sha256, crc32: crc };
}

async function writeBundle(
  path: string,
  key: Uint8Array,
  size: number,
  digest: { sha256: Sha256; crc32: number },
): Promise<void> {
  const outside = { kind: KIND, bytes: size, sha256: digest.sha256 } as const;
  const { entries } = await buildTestEntries({ outside });
  const large = artefactDefinition(KIND).path(1);
  const { localHeaders, trailer } = canonicalZip(
    entries.map(({ path: name, bytes }) =>
      name === large
        ? { name, size, crc32: digest.crc32 }
        : { name, size: bytes.length, crc32: crc32(bytes) },
    ),
  );
  await writeDurable(path, archive());

  async function* archive(): AsyncGenerator<Uint8Array> {
    for (const [index, { path: name, bytes }] of entries.entries()) {
      yield localHeaders[index] ?? new Uint8Array();
      if (name === large) yield* payload(key, size);
      else yield bytes;
    }
    yield trailer;
  }
}
