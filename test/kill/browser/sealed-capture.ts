import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import JSZip from 'jszip';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { JournalLine } from '#shared/journal/entry';
import { bytesSource } from '#shared/lib/bytes-source';
import { chunksOf, verifyRecordingChain } from '#shared/recording/verify-recording-chain';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { nodePorts } from '../../../server/store/node-ports.ts';

/** A sealed package as it lies in the service's folder: verified, and read with a library that is not ours. */
export interface SealedCapture {
  readonly verdict: string;
  /** Checks of the verifier that failed. */
  readonly faults: readonly string[];
  readonly record: CaptureRecord;
  readonly journal: readonly JournalLine[];
  /** SHA-256 by path, computed from the bytes. */
  readonly digests: ReadonlyMap<string, string>;
  /** SHA-256 by index and the end (ms) of the last chunk, when there is a recording. */
  readonly chunks: ReadonlyMap<number, string>;
  readonly recordedMs: number;
}

export async function openSealedCapture(
  dataDir: string,
  packageId: string,
  anchors: TrustAnchors,
): Promise<SealedCapture> {
  const bytes = await readFile(join(dataDir, 'service', 'packages', packageId, `${packageId}.asice`));
  const { verdict, checks } = await verifyPackage(bytesSource(bytes), nodePorts, { anchors });
  const outer = await JSZip.loadAsync(bytes);
  const name = Object.keys(outer.files).find((path) => path.endsWith('.wacz')) ?? '';
  const bundle = await JSZip.loadAsync(await (outer.file(name)?.async('uint8array') ?? Promise.reject()));
  const files = new Map<string, Uint8Array>();
  for (const [path, entry] of Object.entries(bundle.files)) files.set(path, await entry.async('uint8array'));
  const text = (path: string) => new TextDecoder().decode(files.get(path));
  const record = JSON.parse(text('evidence/capture.json')) as CaptureRecord;
  const digests = new Map(
    [...files].map(([path, file]) => [path, createHash('sha256').update(file).digest('hex')]),
  );
  const chain = files.get('evidence/recording.jsonl');
  const film = files.get('evidence/recording.webm');
  const chunks =
    chain === undefined || film === undefined
      ? []
      : chunksOf(await verifyRecordingChain(chain, bytesSource(film), record.id, nodePorts));
  return {
    verdict,
    faults: checks.filter(({ status }) => status === 'fail').map(({ id, code }) => `${id} ${code}`),
    record,
    journal: text('evidence/journal.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalLine),
    digests,
    chunks: new Map(chunks.map(({ index, sha256 }) => [index, sha256])),
    recordedMs: chunks.at(-1)?.toMs ?? 0,
  };
}
