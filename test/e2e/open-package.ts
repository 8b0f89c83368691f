import { readFileSync } from 'node:fs';
import JSZip from 'jszip';
import { WARCParser } from 'warcio';

export interface StoredResponse {
  readonly url: string;
  readonly httpHeaders: string;
  readonly payload: Uint8Array;
}

/** A sealed package opened with libraries that are not ours. */
export interface OpenedPackage {
  readonly outer: JSZip;
  readonly bundle: JSZip;
  text(path: string): Promise<string>;
  readonly responses: readonly StoredResponse[];
}

/** Every response record of a WARC file, with its payload. */
export async function readResponses(warc: Uint8Array): Promise<StoredResponse[]> {
  const responses: StoredResponse[] = [];
  const stream = new Blob([warc as Uint8Array<ArrayBuffer>]).stream();
  for await (const record of new WARCParser(stream)) {
    const payload = await record.readFully(true);
    if (record.warcType !== 'response') continue;
    responses.push({
      url: record.warcTargetURI ?? '',
      httpHeaders: record.httpHeaders?.toString() ?? '',
      payload: payload ?? new Uint8Array(),
    });
  }
  return responses;
}

/** Opens `EVD-….asice` and the WACZ inside it. */
export async function openPackage(file: string): Promise<OpenedPackage> {
  const outer = await JSZip.loadAsync(readFileSync(file));
  const wacz = Object.keys(outer.files).find((name) => name.startsWith('data/') && name.endsWith('.wacz'));
  if (wacz === undefined) throw new Error('no WACZ in the package');
  const bundle = await JSZip.loadAsync(await outer.files[wacz]!.async('uint8array'));
  const warc = await bundle.files['archive/data.warc.gz']!.async('uint8array');
  return {
    outer,
    bundle,
    text: async (path) => {
      const entry = bundle.files[path];
      if (entry === undefined) throw new Error(`${path} is not in the bundle`);
      return entry.async('string');
    },
    responses: await readResponses(warc),
  };
}
