import { access, chmod, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toUtf8 } from '#shared/lib/utf8';
import { syncFolder, writeDurable } from '../store/durable-file.ts';
import { linkOrCopy } from '../store/link-or-copy.ts';

export interface PublishedFiles {
  /** The finished `.asice`. */
  readonly path: string;
  readonly certificate: Uint8Array;
  /** `receipt.json`, text. */
  readonly receipt: string;
}

/**
 * Makes a sealed package visible below `packages/<id>/`, whole or not at all: its folder is filled under another name
 * and renamed. A folder that is there already is a package published before a crash, and is left as it is.
 */
export async function publishPackage(packages: string, id: string, files: PublishedFiles): Promise<void> {
  const target = join(packages, id);
  if (await exists(target)) return;
  const staging = join(packages, `.${id}.tmp`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const asice = join(staging, `${id}.asice`);
  await linkOrCopy(files.path, asice);
  await chmod(asice, 0o444);
  await writeDurable(join(staging, 'certificate.pdf'), files.certificate, 0o444);
  await writeDurable(join(staging, 'receipt.json'), toUtf8(files.receipt), 0o444);
  await syncFolder(staging);
  await rename(staging, target);
  await syncFolder(packages);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
