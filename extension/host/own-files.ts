import * as v from 'valibot';
import type { BuildFile } from '#shared/environment/build-digest';
import { BUILD_LIST, buildListSchema } from '#shared/environment/build-manifest';
import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { HostError } from './host-error.ts';

/**
 * Every file of the extension that its build listed, by the digest of what the browser serves of it now. A file that
 * is not on the list is reached from none that is, or that one's digest would be another.
 * @throws HostError OWN_FILES_UNREADABLE when the list or a file on it cannot be had
 */
export async function ownFiles(): Promise<readonly BuildFile[]> {
  const { files } = v.parse(buildListSchema, await (await served(BUILD_LIST)).json());
  return await Promise.all(
    files.map(async (path) => {
      const bytes = await (await served(path)).arrayBuffer();
      const sha256 = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))) as Sha256;
      return { path, sha256 };
    }),
  );
}

async function served(path: string): Promise<Response> {
  const answer = await fetch(chrome.runtime.getURL(path)).catch(() => undefined);
  if (answer?.ok !== true)
    throw new HostError('OWN_FILES_UNREADABLE', `${path} is not there`, { entry: path });
  return answer;
}
