import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { buildDigest } from '#shared/environment/build-digest';
import { buildManifestSchema } from '#shared/environment/build-manifest';
import { parseJson } from '#shared/lib/parse-json';
import { IntakeError } from './intake-error.ts';

/** The builds of the extension that the operator of the service vouches for. */
export interface KnownBuilds {
  /** Name of a build by its digest. */
  nameOf(sha256: string): Promise<string | undefined>;
}

/**
 * Reads the manifests that builds of the extension leave (`dist/extension/build-*.json`). A file that changes is read
 * again, so that a service which runs on knows the next build too; one that cannot be read later stands as it was.
 * @throws IntakeError BUILD_MANIFEST_MALFORMED naming the file
 */
export async function openKnownBuilds(files: readonly string[]): Promise<KnownBuilds> {
  const read = new Map<string, Build>();
  for (const file of files) read.set(file, await readBuild(file));
  const current = async (file: string): Promise<Build | undefined> => {
    const known = read.get(file);
    const modified = (await stat(file).catch(() => undefined))?.mtimeMs;
    if (modified === undefined || modified === known?.modified) return known;
    const next = await readBuild(file).catch(() => known);
    if (next !== undefined) read.set(file, next);
    return next;
  };
  return {
    nameOf: async (sha256) => {
      const builds = await Promise.all(files.map(current));
      return builds.find((build) => build?.sha256 === sha256)?.name;
    },
  };
}

interface Build {
  readonly modified: number;
  readonly name: string;
  readonly sha256: string;
}

async function readBuild(file: string): Promise<Build> {
  try {
    const { mtimeMs: modified } = await stat(file);
    const { name, sha256, files } = v.parse(buildManifestSchema, parseJson(await readFile(file, 'utf8')));
    if (buildDigest(files) !== sha256) throw new TypeError('the digest is not that of its files');
    return { modified, name, sha256 };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new IntakeError('BUILD_MANIFEST_MALFORMED', `${file}: ${message}`, { entry: file, cause });
  }
}
