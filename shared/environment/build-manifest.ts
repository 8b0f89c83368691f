import * as v from 'valibot';
import { digest, text } from './field-schemas.ts';

/** Lies in the extension's folder beside its files and lists them; no part of the build's digest. */
export const BUILD_LIST = 'build.json';

const path = v.pipe(text(300), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/));

export const buildListSchema = v.strictObject({
  version: v.literal(1),
  /** Version of the extension. */
  name: text(100),
  files: v.pipe(v.array(path), v.minLength(1), v.maxLength(1000)),
});

/** What a build leaves for those who are to know it again: the service, an outsider. */
export const buildManifestSchema = v.strictObject({
  version: v.literal(1),
  name: text(100),
  /** `buildDigest` of `files`. */
  sha256: digest,
  files: v.pipe(v.array(v.strictObject({ path, sha256: digest })), v.minLength(1), v.maxLength(1000)),
});
