import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { ASICE_MEDIA_TYPE, packagePath } from './layout.ts';
import { mediaTypeOf } from './media-type.ts';
import { isMemberPath, packageOrder } from './package-member.ts';
import { SealFormatError } from './seal-format-error.ts';

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
${line('/', ASICE_MEDIA_TYPE)}`;
const TAIL = '</manifest:manifest>\n';

/**
 * `META-INF/manifest.xml`, OpenDocument 1.2 part 3 §3 as ASiC-E uses it (EN 319 162-1 §A.4): every file outside
 * META-INF but `mimetype`, with its media type, in package order.
 * @param paths all members of the package, or only those to be listed.
 * @throws SealFormatError `PATH_NOT_ALLOWED`.
 */
export function buildAsicManifest(paths: Iterable<string>): Uint8Array<ArrayBuffer> {
  const listed = packageOrder(paths).filter(isListed);
  return toUtf8(`${HEAD}${listed.map((path) => line(path, mediaTypeOf(path))).join('')}${TAIL}`);
}

/**
 * The paths a `manifest.xml` lists. Strict inverse of `buildAsicManifest`: no XML parser is involved, because only
 * the one text that builder writes is accepted.
 * @throws SealFormatError `ASIC_MANIFEST_MALFORMED`.
 */
export function parseAsicManifest(bytes: Uint8Array): string[] {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    throw malformed('not UTF-8', cause);
  }
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL)) throw malformed('frame differs');
  const body = text.slice(HEAD.length, -TAIL.length);
  const paths = [...body.matchAll(/full-path="([^"]*)"/g)].map(([, path = '']) => path);
  const bad = paths.find((path) => !isMemberPath(path) || !isListed(path));
  if (bad !== undefined) throw malformed(`lists "${bad}"`);
  if (new Set(paths).size !== paths.length) throw malformed('lists a file twice');
  if (fromUtf8(buildAsicManifest(paths)) !== text) throw malformed('does not re-encode identically');
  return paths;
}

function isListed(path: string): boolean {
  return path !== packagePath.mimetype && !path.startsWith('META-INF/');
}

function line(path: string, mediaType: string): string {
  return `  <manifest:file-entry manifest:full-path="${path}" manifest:media-type="${mediaType}"/>\n`;
}

function malformed(why: string, cause?: unknown): SealFormatError {
  return new SealFormatError('ASIC_MANIFEST_MALFORMED', `${packagePath.asicManifest}: ${why}`, {
    entry: packagePath.asicManifest,
    cause,
  });
}
