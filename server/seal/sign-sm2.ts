import { createHash, getHashes } from 'node:crypto';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { createSm3 } from '#shared/lib/sm3';
import { buildHashManifest } from '#shared/seal/hash-manifest';
import { packagePath } from '#shared/seal/layout';
import { isInSm3Manifest } from '#shared/verify/sm-check';
import { openBlobRef } from '../store/blob-ref.ts';
import type { FileSource } from '../store/file-source.ts';
import { chunksOf } from '../store/source-chunks.ts';
import { memberPaths } from './member-paths.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { memberOutput, outputRef, readMember, writeMember } from './work-folder.ts';

/**
 * Where the service has an SM2 key: SM3 of every file the XAdES signature covers, and SM2 signatures of that list and
 * of the sealed text. Raw files, because no common tool writes SM2 into CMS.
 */
export const signSm2: SealStep = {
  name: 'sm2-signature',
  outputs: () =>
    [packagePath.sm3Manifest, packagePath.sm3ManifestSignature, packagePath.tagManifestSm2].map(memberOutput),
  async run(work) {
    const { sm2 } = work.trust;
    if (sm2 === undefined) return;
    const signed = async (path: string) => sm2.sign(await readMember(work, path));
    await writeMember(work, packagePath.sm3Manifest, () => sm3Manifest(work));
    await writeMember(work, packagePath.sm3ManifestSignature, () => signed(packagePath.sm3Manifest));
    await writeMember(work, packagePath.tagManifestSm2, () => signed(packagePath.tagManifest));
  },
};

async function sm3Manifest(work: SealWork): Promise<Uint8Array> {
  const digests = new Map<string, Sha256>();
  for (const path of await memberPaths(work)) {
    if (!isInSm3Manifest(path)) continue;
    const isBundle = path === packagePath.bundle(work.captureId);
    const source = await openBlobRef(isBundle ? work.bundleFile : outputRef(work, memberOutput(path)));
    digests.set(path, (await sm3Of(source)) as Sha256);
  }
  return buildHashManifest(digests);
}

/** OpenSSL's SM3 is twice as fast, where Node was built with it. */
const native = getHashes().includes('sm3');

/** Closes the source. */
async function sm3Of(source: FileSource): Promise<string> {
  const hash = native ? createHash('sm3') : createSm3();
  try {
    for await (const chunk of chunksOf(source)) hash.update(chunk);
  } finally {
    await source.close();
  }
  return toHex(hash.digest());
}
