import { concatBytes } from '#shared/lib/concat-bytes';
import { fromHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { buildCdx } from '#shared/warc/cdx';
import type { Exchange } from '#shared/warc/exchange';
import { ledgerOf } from '#shared/warc/ledger-of';
import { networkHar } from '#shared/warc/network-har';
import { redactExchanges } from '#shared/warc/redact-exchanges';
import { reduceExchanges } from '#shared/warc/reduce-exchanges';
import { warcRecordsOf } from '#shared/warc/warc-records-of';
import { writeWarc } from '#shared/warc/warc-writer';
import { browserPorts } from '../host/browser-ports.ts';

import { bodyPieces, readBody, readEvents } from '../store/bodies.ts';

import type { CaptureRow } from '../store/rows.ts';
import { enterStep, updateCapture } from '../store/update-capture.ts';
import { browserOf } from './browser-of.ts';
import type { FinishingContext } from './context.ts';
import { putOnce } from './put-once.ts';

/** Parts this large become Blobs of their own, which the browser keeps on disk. */
const PART_BYTES = 8 * 2 ** 20;
const PROGRESS_EVERY = 25;
const CREATED_BY = 'network-record';

/**
 * WARC, its index and the HAR from the stored engine events, and the ledger of the exchanges. All inputs are stored,
 * salts and times included, so a run that was cut short is simply run again and makes the same bytes; files that are
 * there already are kept.
 */
export async function buildNetworkRecord(context: FinishingContext, capture: CaptureRow): Promise<void> {
  if (capture.recorded === true) return;
  const { database, clock } = context;
  const { id } = capture;
  await enterStep(database, clock, id, 'network-record');
  const exchanges = reduceExchanges(await readEvents(database, id));
  const { exchanges: printed, redactions } = capture.request.cookies
    ? { exchanges, redactions: [] }
    : redactExchanges(exchanges, (n) => redactionSalt(capture, n));
  const { warc, cdx } = await writeRecords(context, capture, printed);
  await putOnce(context, capture, 'warc', warc, CREATED_BY);
  await putOnce(context, capture, 'cdx', cdx, CREATED_BY);
  await putOnce(context, capture, 'network-har', harBlob(capture, printed), CREATED_BY);
  await updateCapture(database, clock, id, (row) => ({
    recorded: true,
    redactions,
    notCaptured: [...row.notCaptured, ...ledgerOf(exchanges)],
  }));
}

async function writeRecords(
  { database, clock }: FinishingContext,
  capture: CaptureRow,
  exchanges: readonly Exchange[],
): Promise<{ warc: Blob; cdx: Blob }> {
  const plans = warcRecordsOf(exchanges, {
    createdAt: capture.engineEndedAt ?? capture.startedAt,
    warcinfo: {
      software: `tiezheng ${capture.takenWith.extensionVersion}`,
      isPartOf: capture.id,
      conformsTo: 'https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/',
      'http-header-user-agent': userAgentOf(capture),
    },
  });
  const parts: Blob[] = [];
  let open: Uint8Array<ArrayBuffer>[] = [];
  let openBytes = 0;
  const index: string[] = [];
  let members = 0;
  const ports = {
    ...browserPorts,
    readBody: (stored: string) => readBody(database, stored),
    readPieces: (stored: string) => bodyPieces(database, stored),
  };
  for await (const { bytes, cdx } of writeWarc(plans, ports)) {
    open.push(bytes);
    openBytes += bytes.length;
    if (cdx !== undefined) index.push(cdx);
    if (openBytes >= PART_BYTES) {
      parts.push(new Blob(open));
      open = [];
      openBytes = 0;
    }
    if (++members % PROGRESS_EVERY === 0)
      await enterStep(database, clock, capture.id, 'network-record', { at: 'warc', done: members });
  }
  return {
    warc: new Blob([...parts, ...open], { type: 'application/warc' }),
    cdx: new Blob([await buildCdx(index, browserPorts)], { type: 'application/gzip' }),
  };
}

function harBlob(capture: CaptureRow, exchanges: readonly Exchange[]): Blob {
  const har = networkHar(exchanges, {
    creator: { name: 'tiezheng', version: capture.takenWith.extensionVersion },
    browser: browserOf(userAgentOf(capture)),
    page: { id: capture.id, title: capture.outcome?.title ?? '', startedAt: capture.startedAt },
  });
  return new Blob([toUtf8(`${JSON.stringify(har)}\n`)], { type: 'application/json' });
}

/** Fresh for each capture and redaction, and the same again when the step is repeated. */
function redactionSalt({ secret }: CaptureRow, n: number): Uint8Array {
  return sha256(concatBytes(fromHex(secret), toUtf8(`redaction ${n}`)));
}

function userAgentOf({ outcome, takenWith }: CaptureRow): string {
  return outcome?.userAgent ?? takenWith.userAgent;
}
