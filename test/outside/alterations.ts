import { bytesSource } from '#shared/lib/bytes-source';
import { sha256 } from '#shared/lib/sha256';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { openZip } from '#shared/lib/zip/open-zip';
import type { AlterationName } from './outside-check.ts';

/** Which byte of the package is altered. */
export interface Alteration {
  readonly name: AlterationName;
  /** Path in the package, `!` before a path in the bundle. */
  readonly path: string;
  /** Offset in the package file. */
  readonly at: number;
}

/** One place for each name, chosen so that the byte means something where it stands. */
export async function alterationsOf(bytes: Uint8Array, captureId: string): Promise<Alteration[]> {
  const { entries } = await openCanonicalZip(bytesSource(bytes));
  const bundlePath = `data/${captureId}.wacz`;
  const entryAt = (path: string) => {
    const entry = entries.find(({ name }) => name === path);
    if (entry === undefined) throw new RangeError(`no entry ${path}`);
    return { offset: entry.offset, bytes: bytes.subarray(entry.offset, entry.offset + entry.size) };
  };
  const bundle = entryAt(bundlePath);
  const inner = (await openZip(bytesSource(bundle.bytes))).entries;
  const inBundle = (name: AlterationName, path: string, find: (part: Uint8Array) => number): Alteration => {
    const entry = inner.find((one) => one.name === path);
    if (entry === undefined) throw new RangeError(`no entry ${path} in the bundle`);
    const at = find(bundle.bytes.subarray(entry.offset, entry.offset + entry.size));
    return { name, path: `${bundlePath}!${path}`, at: bundle.offset + entry.offset + at };
  };
  const inPackage = (name: AlterationName, path: string, find: (part: Uint8Array) => number): Alteration => {
    const entry = entryAt(path);
    return { name, path, at: entry.offset + find(entry.bytes) };
  };
  const last = (part: Uint8Array) => part.length - 1;
  const sealed = sha256(entryAt('tagmanifest-sha256.txt').bytes);
  return [
    inBundle('bundle', 'evidence/journal.jsonl', (part) => part.length >> 1),
    inBundle('challenge', 'evidence/challenge.json', (part) => indexOf(part, text('"nonce":"')) + 12),
    inPackage('sealed text', 'tagmanifest-sha256.txt', () => 5),
    inPackage('certificate', 'certificate.pdf', firstPage),
    inPackage('signature', 'META-INF/tagmanifest-sha256.txt.cms', (part) => indexOf(part, sealed) + 3),
    inPackage('time-stamp in signature', 'META-INF/tagmanifest-sha256.txt.cms', last),
    inPackage(
      'XAdES signature',
      'META-INF/signatures001.xml',
      (part) => indexOf(part, text(' Id="S0-SIG">')) + 20,
    ),
    inPackage('bundle token', `${bundlePath}.tsr`, last),
    inPackage('seal token', 'META-INF/tagmanifest-sha256.txt.tsr', last),
    inPackage('root', 'trust/ca.pem', (part) => part.length >> 1),
  ];
}

/** First byte of what the first page draws, which is compressed: zlib's header, so that no reader can overlook it. */
function firstPage(pdf: Uint8Array): number {
  const [, object] = /\/Contents (\d+) 0 R/.exec(Buffer.from(pdf).toString('latin1')) ?? [];
  const from = indexOf(pdf, text(`\n${object} 0 obj\n`));
  return from + indexOf(pdf.subarray(from), text('stream\n')) + 'stream\n'.length;
}

function text(ascii: string): Uint8Array {
  return new TextEncoder().encode(ascii);
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(part);
  if (at < 0) throw new RangeError('the package does not look as expected');
  return at;
}
