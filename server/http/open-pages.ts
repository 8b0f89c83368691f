import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../store/store-error.ts';

/** A file of the built pages. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly etag: string;
}

/** The built pages, whole in memory: some tens of kilobytes. */
export interface Pages {
  readonly index: PageFile;
  /** By name below `/assets/`. */
  readonly assets: ReadonlyMap<string, PageFile>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Reads the pages the set-up built into `folder`; `undefined` when there are none. */
export async function openPages(folder: string): Promise<Pages | undefined> {
  try {
    const names = await readdir(join(folder, 'assets'));
    const assets = names.map(async (name) => [name, await read(join(folder, 'assets', name))] as const);
    return { index: await read(join(folder, 'index.html')), assets: new Map(await Promise.all(assets)) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function read(path: string): Promise<PageFile> {
  const bytes = await readFile(path);
  const mediaType = mediaTypes[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return { bytes, mediaType, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}
