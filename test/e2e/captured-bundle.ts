import JSZip from 'jszip';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { CaptureView } from '#shared/view/capture-view';
import type { ExtensionSession } from './extension-session.ts';
import { readResponses, type StoredResponse } from './open-package.ts';
import { storedBundle } from './stored-bundle.ts';

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
