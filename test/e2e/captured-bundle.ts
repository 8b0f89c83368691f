import JSZip from 'jszip';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { CaptureView } from '#shared/view/capture-view';
import type { ExtensionSession } from './extension-session.ts';
import { readResponses, type StoredResponse } from './open-package.ts';

/** A finished bundle as it lies in the extension's database, opened with libraries that are not ours. */
export interface CapturedBundle {
  readonly view: CaptureView;
  readonly record: CaptureRecord;
  /** The whole WACZ. */
  readonly bytes: Uint8Array;
  /** Paths of all entries. */
  readonly names: readonly string[];
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  text(path: string): Promise<string>;
  /** Texts of `evidence/dom-NNN.html`, in order. */
  readonly doms: readonly string[];
  readonly responses: readonly StoredResponse[];
}

/** Waits until the capture is bundled, and opens the bundle. */
export async function capturedBundle(
  browser: ExtensionSession,
  captureId: string,
  limit?: number,
): Promise<CapturedBundle> {
  const over = ({ state }: CaptureView) => state === 'bundled' || state === 'failed';
  const view = await browser.until(captureId, over, limit);
  if (view.state !== 'bundled') throw new Error(`not bundled: ${JSON.stringify(view.error)}`);
  const bytes = await storedBundle(browser, captureId);
  const zip = await JSZip.loadAsync(bytes);
  const read = (path: string) => zip.files[path]!.async('uint8array') as Promise<Uint8Array<ArrayBuffer>>;
  const text = async (path: string) => new TextDecoder().decode(await read(path));
  const names = Object.keys(zip.files);
  const doms = names.filter((name) => /^evidence\/dom-\d+\.html$/.test(name)).sort();
  return {
    view,
    bytes,
    record: JSON.parse(await text('evidence/capture.json')) as CaptureRecord,
    names,
    read,
    text,
    doms: await Promise.all(doms.map(text)),
    responses: await readResponses(await read('archive/data.warc.gz')),
  };
}

/** Its ledger as `what reason`, in order. */
export function ledgerLines({ notCaptured }: Pick<CaptureView, 'notCaptured'>): string[] {
  return notCaptured.map(({ what, reason }) => `${what} ${reason}`);
}

/** Fetched in slices: what is on disk, not what the extension says. */
async function storedBundle(browser: ExtensionSession, id: string): Promise<Buffer> {
  const slices: Buffer[] = [];
  for (let from = 0; ; from += SLICE) {
    const slice = Buffer.from(await browser.evaluate<string>(readSlice(id, from)), 'base64');
    slices.push(slice);
    if (slice.length < SLICE) return Buffer.concat(slices);
  }
}

const SLICE = 24 * 2 ** 20;

function readSlice(id: string, from: number): string {
  return `(async () => {
    const request = (made) => new Promise((resolve, reject) => {
      made.onsuccess = () => resolve(made.result);
      made.onerror = () => reject(made.error);
    });
    const database = await request(indexedDB.open('tiezheng'));
    const row = await request(database.transaction('blobs').objectStore('blobs').get('${id}/${id}.wacz'));
    database.close();
    const bytes = new Uint8Array(await row.blob.slice(${from}, ${from + SLICE}).arrayBuffer());
    let binary = '';
    for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(binary);
  })()`;
}
