import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { writeDurable } from '../store/durable-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import { SealError } from './seal-error.ts';
import type { SealWork } from './seal-work.ts';

type Folder = Pick<SealWork, 'dir'>;

/** Members of the package lie below this folder under their own paths. */
export const MEMBERS = 'members';

/** Path below `work.dir` of the member at `path` inside the package. */
export function memberOutput(path: string): string {
  return `${MEMBERS}/${path}`;
}

export function outputPath({ dir }: Folder, output: string): string {
  return join(dir, ...output.split('/'));
}

export async function hasOutput(work: Folder, output: string): Promise<boolean> {
  return access(outputPath(work, output)).then(
    () => true,
    () => false,
  );
}

/** @throws SealError `OUTPUT_MISSING` when an earlier step's file has gone. */
export async function readOutput(work: Folder, output: string): Promise<Uint8Array> {
  return readFile(outputPath(work, output)).catch((cause: unknown) => {
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

/** Writes a member durably, unless a run before a crash already did: nothing is made twice. */
export async function writeMember(
  work: Folder,
  path: string,
  make: () => Uint8Array | Promise<Uint8Array>,
): Promise<void> {
  const output = memberOutput(path);
  if (!(await hasOutput(work, output))) await writeDurable(outputPath(work, output), await make());
}
