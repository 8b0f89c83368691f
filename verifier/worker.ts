import { readEntry } from '#shared/lib/zip/read-entry';
import { verifyExcerptOf } from '#shared/verify/excerpt';
import { mergeAnchors, readTrustFile } from '#shared/verify/trust-anchors';
import { type BundleContents, inspectPackage } from '#shared/verify/verify-package';
import { blobSource } from '#shared/view/verify/blob-source';
import { createWebPorts } from '#shared/view/verify/web-ports';
import type { WorkerAnswer, WorkerRequest } from './messages.ts';

const ports = createWebPorts();
const opened = new Map<number, BundleContents>();
/** Packages are verified one after the other; pictures come between. */
let queue: Promise<void> = Promise.resolve();

function answer(message: WorkerAnswer, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

self.onmessage = ({ data }: MessageEvent<WorkerRequest>) => {
  switch (data.type) {
    case 'verify':
      queue = queue.then(() => verify(data)).catch((error: unknown) => fail(data.id, error));
      return;
    case 'picture':
      sendPicture(data.id, data.path).catch(() => answer({ type: 'picture', id: data.id, path: data.path }));
      return;
    case 'excerpt':
      queue = queue
        .then(() => verifyExcerpt(data))
        .catch(() => answer({ type: 'excerpt', id: data.id, name: data.file.name }));
      return;
    case 'forget':
      opened.delete(data.id);
  }
};

function fail(id: number, error: unknown): void {
  answer({ type: 'failed', id, reason: error instanceof Error ? error.message : String(error) });
}

async function verify({ id, file, trust, now }: Extract<WorkerRequest, { type: 'verify' }>): Promise<void> {
  let bytes = 0;
  const source = blobSource(file, (length) => {
    bytes += length;
  });
  const { report, contents } = await inspectPackage(source, await ports, {
    anchors: mergeAnchors(trust.map(readTrustFile)),
    now,
    onCheck: ({ proves }, done, total) => answer({ type: 'progress', id, check: proves, done, total, bytes }),
  });
  if (contents !== undefined) opened.set(id, contents);
  const record = contents === undefined ? {} : { record: contents.record };
  answer({ type: 'verified', id, report, ...record });
}

async function verifyExcerpt({ id, file }: Extract<WorkerRequest, { type: 'excerpt' }>): Promise<void> {
  const report = await verifyExcerptOf(opened.get(id), blobSource(file), await ports);
  answer({ type: 'excerpt', id, name: file.name, report });
}

async function sendPicture(id: number, path: string): Promise<void> {
  const contents = opened.get(id);
  const entry = contents?.files.get(path);
  if (contents === undefined || entry === undefined) throw new RangeError(`no picture ${path}`);
  const bytes = new Uint8Array(await readEntry(contents.source, entry));
  answer({ type: 'picture', id, path, bytes }, [bytes.buffer]);
}
