import * as v from 'valibot';
import type { BundleFile } from './bundle-file.ts';
import type { CaptureRecord } from './capture-record.ts';
import { bundlePath } from './layout.ts';

/** WACZ version and Frictionless profile that readers know; 1.2 names a profile they refuse. */
const WACZ_VERSION = '1.1.1';
const PROFILE = 'data-package';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
/** UTC, whole seconds: what py-wacz parses. */
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'not a date'),
);
const digest = v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/));

/** `datapackage.json` of WACZ 1.1.1 (a Frictionless data package), as this project writes it. */
export const datapackageSchema = v.strictObject({
  profile: v.literal(PROFILE),
  wacz_version: v.literal(WACZ_VERSION),
  name: v.pipe(v.string(), v.regex(/^[-a-z0-9._]{1,100}$/)),
  title: text(2000),
  created: instant,
  modified: instant,
  software: text(200),
  mainPageUrl: text(20_000),
  mainPageDate: v.pipe(v.string(), v.isoTimestamp()),
  resources: v.array(
    v.strictObject({
      name: text(100),
      path: text(100),
      hash: digest,
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      mediatype: text(100),
    }),
  ),
});
export type Datapackage = v.InferOutput<typeof datapackageSchema>;

/**
 * Describes a bundle. `resources` keeps the order of `files`; it lists neither itself nor its digest.
 * @param createdAt UTC ms; written in whole seconds.
 */
export function buildDatapackage(
  record: CaptureRecord,
  files: readonly BundleFile[],
  about: { createdAt: number; software: string },
): Datapackage {
  const created = `${new Date(about.createdAt).toISOString().slice(0, 19)}Z`;
  return {
    profile: PROFILE,
    wacz_version: WACZ_VERSION,
    name: record.id.toLowerCase(),
    title: record.title,
    created,
    modified: created,
    software: about.software,
    mainPageUrl: record.url.final,
    mainPageDate: new Date(record.startedAt).toISOString(),
    resources: files.map(({ path, mediaType, bytes, sha256 }) => ({
      name: path.slice(path.indexOf('/') + 1),
      path,
      hash: `sha256:${sha256}`,
      bytes,
      mediatype: mediaType,
    })),
  };
}

/** `datapackage-digest.json` with the anonymous signature that WACZ readers know. */
export const datapackageDigestSchema = v.strictObject({
  path: v.literal(bundlePath.datapackage),
  hash: digest,
  signedData: v.strictObject({
    /** Same as `hash` above; the signature is over its UTF-8 text. */
    hash: digest,
    /** Same as `created` of the datapackage. */
    created: instant,
    software: text(200),
    /** ECDSA P-384, SHA-256, raw r‖s, base64. */
    signature: text(200),
    /** SubjectPublicKeyInfo, DER, base64. */
    publicKey: text(400),
  }),
});
export type DatapackageDigest = v.InferOutput<typeof datapackageDigestSchema>;
