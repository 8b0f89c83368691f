import { createHash } from 'node:crypto';
import { bundlePath } from '#shared/bundle/layout';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { gzipMember } from '#shared/lib/gzip-member';
import { toUtf8 } from '#shared/lib/utf8';
import { cdxLine, cdxSecondaryIndex, cdxText } from '#shared/warc/cdx';
import { readWarc, type VerifiedRecord } from '#shared/warc/read-warc';
import { nodePorts } from '../../../server/store/node-ports.ts';
import { type FuzzTarget, seedAt } from '../fuzz-target.ts';

/** Verifies a WARC file and indexes what it holds. */
async function readAndIndex(bytes: Uint8Array): Promise<void> {
  const lines: string[] = [];
  let before: VerifiedRecord | undefined;
  for await (const record of readWarc(bytesSource(bytes), nodePorts)) {
    const line = cdxLine(record, record.concurrentTo === before?.id ? before : undefined);
    if (line !== undefined) lines.push(line);
    before = record;
  }
  cdxSecondaryIndex(bytes, cdxText(lines));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Digests and length made to fit the altered record, so that what is judged behind them is reached. */
function fitted(record: Uint8Array): Uint8Array {
  const text = Buffer.from(record).toString('latin1');
  const end = text.indexOf('\r\n\r\n') + 4;
  if (end < 4 || record.length < end + 4) return record;
  const block = record.subarray(end, record.length - 4);
  const headEnd = text.indexOf('\r\n\r\n', end) + 4;
  const isHttp = /^Content-Type: application\/http/m.test(text.slice(0, end));
  const payload = isHttp && headEnd >= end ? record.subarray(headEnd, record.length - 4) : block;
  const header = Buffer.from(text.slice(0, end), 'latin1')
    .toString('utf8')
    .replace(/^WARC-Block-Digest: .*$/m, () => `WARC-Block-Digest: ${digestOf(block)}\r`)
    .replace(/^WARC-Payload-Digest: .*$/m, () => `WARC-Payload-Digest: ${digestOf(payload)}\r`)
    .replace(/^Content-Length: .*$/m, () => `Content-Length: ${block.length}\r`)
    .replaceAll('\r\r', '\r');
  return concatBytes(toUtf8(header), record.subarray(end));
}

export const warcTargets: readonly FuzzTarget[] = [
  {
    name: 'warc-file',
    weight: 60,
    mutator: 'bytes',
    seeds: ({ files }) => [seedAt(files, bundlePath.warc)],
    run: readAndIndex,
  },
  {
    name: 'warc-record',
    weight: 80,
    mutator: 'text',
    seeds: ({ warcRecords }) => warcRecords,
    run: async (bytes) => readAndIndex(await gzipMember(bytes)),
  },
  {
    name: 'warc-record-fitted',
    weight: 80,
    mutator: 'text',
    seeds: ({ warcRecords }) => warcRecords,
    run: async (bytes) => readAndIndex(await gzipMember(fitted(bytes))),
  },
  {
    name: 'warc-two-records',
    weight: 30,
    mutator: 'text',
    seeds: ({ warcRecords }) => warcRecords,
    run: async (bytes, { warcRecords }) =>
      readAndIndex(concatBytes(await gzipMember(warcRecords[1] ?? bytes), await gzipMember(fitted(bytes)))),
  },
];
