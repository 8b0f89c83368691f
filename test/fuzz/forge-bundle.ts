import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { buildDatapackage, type Datapackage } from '#shared/bundle/datapackage';
import { bundlePath } from '#shared/bundle/layout';
import { pagesText } from '#shared/bundle/pages';
import { nextEntry } from '#shared/journal/chain';
import type { JournalEntry, JournalLine } from '#shared/journal/entry';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { concatBytes } from '#shared/lib/concat-bytes';
import { parseJson } from '#shared/lib/parse-json';
import type { Sha256 } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { canonicalZip } from '#shared/lib/zip/canonical-zip';
import type { FuzzCorpus } from './corpus.ts';

/**
 * What the holder of a device key can make: a bundle in which one file says something else, and everything that
 * follows from it (journal, page list, datapackage, signature, container) is made anew around it, as far as it can be.
 */
export function forgeBundle(
  { plainFiles, deviceKey }: Pick<FuzzCorpus, 'plainFiles' | 'deviceKey'>,
  path: string,
  content: Uint8Array,
): Uint8Array {
  const files = new Map(plainFiles).set(path, content);
  if (path !== bundlePath.journal) rewriteJournal(files, path);
  if (path === bundlePath.captureRecord)
    rewrite(files, bundlePath.pages, () => toUtf8(pagesText(recordOf(files))));
  if (path !== bundlePath.datapackage) rewriteDatapackage(files, path);
  signDatapackage(files, deviceKey);
  return pack(files);
}

function sha256Hex(bytes: Uint8Array): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256;
}

type Files = Map<string, Uint8Array>;

/** Puts in what `make` gives; what cannot be made stays as it was. */
function rewrite(files: Files, path: string, make: () => Uint8Array): void {
  try {
    files.set(path, make());
  } catch {
    // The altered file has no consistent surroundings: the verifier meets it with the old ones.
  }
}

function at(files: Files, path: string): Uint8Array {
  return files.get(path) ?? new Uint8Array();
}

function recordOf(files: Files): CaptureRecord {
  return parseJson(fromUtf8(at(files, bundlePath.captureRecord))) as unknown as CaptureRecord;
}

function rewriteJournal(files: Files, changed: string): void {
  rewrite(files, bundlePath.journal, () => {
    const lines = fromUtf8(at(files, bundlePath.journal)).trimEnd().split('\n');
    const content = at(files, changed);
    let before: JournalEntry | undefined;
    const rewritten = lines.map((text) => {
      const line = JSON.parse(text) as JournalLine;
      const { seq, at: time, mono, event, salt = '', detail = {} } = line;
      const facts =
        event === 'artefact-stored' && detail.path === changed
          ? { ...detail, bytes: content.length, sha256: sha256Hex(content) }
          : event === 'capture-closed' && changed === bundlePath.captureRecord
            ? { ...detail, record: sha256Hex(content) }
            : detail;
      const salted = { salt, detail: facts };
      const next = before === undefined ? line : nextEntry(before, { at: time, mono, event, ...salted });
      before = { ...next, seq };
      return canonicalJson({ ...next, ...salted } as unknown as Json);
    });
    return toUtf8(`${rewritten.join('\n')}\n`);
  });
}

function rewriteDatapackage(files: Files, changed: string): void {
  const before = JSON.parse(fromUtf8(at(files, bundlePath.datapackage))) as Datapackage;
  const listed = before.resources.map(({ path, mediatype }) => ({
    path,
    mediaType: mediatype,
    bytes: at(files, path).length,
    sha256: sha256Hex(at(files, path)),
  }));
  const about = { createdAt: Date.parse(before.created), software: before.software };
  const written = (value: unknown) => toUtf8(`${canonicalJson(value as Json)}\n`);
  rewrite(files, bundlePath.datapackage, () =>
    written({
      ...before,
      resources: before.resources.map((resource, index) => ({
        ...resource,
        bytes: listed[index]?.bytes,
        hash: `sha256:${listed[index]?.sha256}`,
      })),
    }),
  );
  if (changed === bundlePath.captureRecord)
    rewrite(files, bundlePath.datapackage, () => written(buildDatapackage(recordOf(files), listed, about)));
}

function signDatapackage(files: Files, deviceKey: Uint8Array): void {
  rewrite(files, bundlePath.datapackageDigest, () => {
    const bytes = at(files, bundlePath.datapackage);
    const hash = `sha256:${sha256Hex(bytes)}`;
    const key = createPrivateKey({ key: Buffer.from(deviceKey), format: 'der', type: 'pkcs8' });
    const { created, software } = JSON.parse(fromUtf8(bytes)) as Datapackage;
    const signature = sign('sha256', toUtf8(hash), { key, dsaEncoding: 'ieee-p1363' });
    const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const signedData = {
      hash,
      created,
      software,
      signature: toBase64(signature),
      publicKey: toBase64(publicKey),
    };
    return toUtf8(`${canonicalJson({ path: bundlePath.datapackage, hash, signedData })}\n`);
  });
}

function pack(files: Files): Uint8Array {
  const entries = [...files].map(([name, bytes]) => ({ name, size: bytes.length, crc32: crc32(bytes) }));
  const { localHeaders, trailer } = canonicalZip(entries);
  const parts = [...files.values()].flatMap((bytes, index) => [
    localHeaders[index] ?? new Uint8Array(),
    bytes,
  ]);
  return concatBytes(...parts, trailer);
}
