import { join } from 'node:path';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import type { BlobRef } from '../store/blob-ref.ts';
import { type BlobContent, readBlob } from '../store/blobs.ts';
import { ENCRYPTED_SUFFIX, encryptedBlobs } from '../store/encrypted-blobs.ts';
import { folderBlobs } from '../store/folder-blobs.ts';
import { nodePorts } from '../store/node-ports.ts';
import { BlobMemory, type KeptBlobs, rememberedBlobs } from '../store/remembered-blobs.ts';
import { SealError } from './seal-error.ts';
import type { SealWork } from './seal-work.ts';

type Folder = Pick<SealWork, 'dir' | 'blobKey' | 'memory'>;

/** Members of the package lie below this folder under their own paths. */
export const MEMBERS = 'members';

/** Path below `work.dir` of the member at `path` inside the package. */
export function memberOutput(path: string): string {
  return `${MEMBERS}/${path}`;
}

/** The file of an output, as it is stored. */
export function outputPath({ dir, blobKey }: Folder, output: string): string {
  return join(dir, ...`${output}${blobKey === undefined ? '' : ENCRYPTED_SUFFIX}`.split('/'));
}

/** An output for whoever reads it elsewhere. */
export function outputRef({ dir, blobKey }: Folder, output: string): BlobRef {
  return { folder: dir, name: output, key: blobKey };
}

/**
 * What the steps have made: files below `work.dir`, encrypted where the package is, each whole or not there.
 * @param sync whether what is put is on disk on return; `keepWork` syncs the rest.
 */
export function outputsOf({ dir, blobKey, memory = new BlobMemory() }: Folder, sync = false): KeptBlobs {
  const folder = folderBlobs(dir, { sync });
  return rememberedBlobs(blobKey === undefined ? folder : encryptedBlobs(folder, blobKey), memory);
}

export function hasOutput(work: Folder, output: string): Promise<boolean> {
  return outputsOf(work).has(output);
}

/** Writes an output whole. `keepWork` syncs it. */
export function writeOutput(work: Folder, output: string, content: BlobContent): Promise<void> {
  return outputsOf(work).put(output, content);
}

/** @throws SealError `OUTPUT_MISSING` when an earlier step's file has gone. */
export async function readOutput(work: Folder, output: string): Promise<Uint8Array> {
  return readBlob(outputsOf(work), output).catch((cause: unknown) => {
    throw new SealError('OUTPUT_MISSING', `${output} cannot be read`, { entry: output, cause });
  });
}

/** @throws SealError `OUTPUT_MISSING`. */
export function readMember(work: Folder, path: string): Promise<Uint8Array> {
  return readOutput(work, memberOutput(path));
}

/** SHA-256 of a member. @throws SealError `OUTPUT_MISSING`. */
export async function memberDigest(work: Folder, path: string): Promise<Sha256> {
  return toHex(await nodePorts.sha256(await readMember(work, path))) as Sha256;
}

/** Writes a member whole, unless a run before a crash already did: nothing is made twice. `keepWork` syncs it. */
export async function writeMember(
  work: Folder,
  path: string,
  make: () => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  const output = memberOutput(path);
  if (!(await hasOutput(work, output))) await writeOutput(work, output, await make());
}
