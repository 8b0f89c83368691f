import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

const LIST = 'build.json';
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Where a build's manifest lies: beside its folder, for those who are to know the build again. */
export function buildManifestPath(folder) {
  return join(dirname(folder), `build-${basename(folder)}.json`);
}

/**
 * Writes `build.json` into a built extension (the list of its files, which it hashes itself when asked) and the
 * manifest beside it: every file with its SHA-256, and the digest of the build
 * (shared/environment/build-digest.ts: SHA-256 over the lines of `sha256sum`, ordered by path).
 */
export function writeBuildManifest(folder) {
  const { version } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== LIST)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
    .map((path) => ({ path, sha256: sha256(readFileSync(join(folder, path))) }));
  const lines = files.map((file) => `${file.sha256}  ${file.path}\n`).join('');
  const list = { version: 1, name: version, files: files.map(({ path }) => path) };
  writeFileSync(join(folder, LIST), `${JSON.stringify(list)}\n`);
  const manifest = { version: 1, name: version, sha256: sha256(lines), files };
  writeFileSync(buildManifestPath(folder), `${JSON.stringify(manifest, undefined, 1)}\n`);
}
