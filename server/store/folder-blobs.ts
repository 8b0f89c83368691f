import { access, chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { BlobContent, Blobs } from './blobs.ts';
import { checkedContent } from './checked-content.ts';
import { makeFolder, syncFolder, writeAtomic, writeDurable } from './durable-file.ts';
import { openFileSource } from './file-source.ts';
import { linkOrCopy } from './link-or-copy.ts';
import { systemCode } from './store-error.ts';

const READ_ONLY = 0o444;

/**
 * Blobs as files below `root`, in the clear.
 * @param sync off: what is put is whole, but may be lost with the power until somebody syncs it.
 */
export function folderBlobs(root: string, { sync = true }: { readonly sync?: boolean } = {}): Blobs {
  const write = sync ? (path: string, content: BlobContent) => writeDurable(path, content) : writeAtomic;
  const at = (name: string) => join(root, ...name.split('/'));
  return {
    put: (name, content, sha256) =>
      write(at(name), sha256 === undefined ? content : checkedContent(name, content, sha256)),
    async copy(from, to) {
      await makeFolder(dirname(at(to)));
      await linkOrCopy(at(from), at(to));
      await syncFolder(dirname(at(to)));
    },
    async publish(folder, members) {
      const target = at(folder);
      if (await exists(target)) return;
      const staging = join(dirname(target), `.${basename(target)}.tmp`);
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging, { recursive: true });
      for (const member of members) {
        const path = join(staging, member.name);
        if ('content' in member) await writeDurable(path, member.content, READ_ONLY);
        else {
          await linkOrCopy(at(member.copyOf), path);
          await chmod(path, READ_ONLY);
        }
      }
      await syncFolder(staging);
      await rename(staging, target);
      await syncFolder(dirname(target));
    },
    open: (name) => openFileSource(at(name)),
    has: (name) => exists(at(name)),
    async list(folder) {
      const files = await readdir(at(folder), { recursive: true, withFileTypes: true }).catch(noEntries);
      return files
        .filter((file) => file.isFile())
        .map((file) => relative(root, join(file.parentPath, file.name)).split(sep))
        .filter((parts) => !parts.some(isTemporary))
        .map((parts) => parts.join('/'))
        .sort();
    },
    async delete(name) {
      await rm(at(name), { recursive: true, force: true });
      await syncFolder(dirname(at(name))).catch((error: unknown) => {
        if (systemCode(error) !== 'ENOENT') throw error;
      });
    },
  };
}

/** What a killed process left half-written. */
function isTemporary(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp');
}

function noEntries(error: unknown): never[] {
  if (systemCode(error) === 'ENOENT') return [];
  throw error;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
