import { base64Bytes } from '../base64-bytes.ts';
import type { PieceSink } from '../engine.ts';
import type { HeldTab } from './capture-in-tab.ts';
import type { CdpEvents } from './cdp.ts';
import { CommandError } from './command-error.ts';
import type { NetworkRecorder } from './network-recorder.ts';
import { pausedHeader } from './paused-header.ts';

/** Up to here a body is read at once: only then does the browser also tell address and TLS of its response. */
const WHOLE_BYTES = 48 * 2 ** 20;
const PIECE_BYTES = 4 * 2 ** 20;
const READ_MS = 10 * 60_000;
/** Larger files are cut there: a record of one holds both artefact and WARC in one gzip member of at most 4 GiB. */
const LIMIT_BYTES = 2 ** 31;

/**
 * Reads and stores the body of the paused response, as a body and as the artefact `file`, and lets the request end.
 * A transfer that breaks off leaves what had come, marked incomplete.
 * @returns whether it was read at once, so that events about the response follow
 * @throws CaptureCut; errors of the sink
 */
export async function readFileBody(
  { tab, sink, finalUrl: url }: HeldTab,
  answer: CdpEvents['Fetch.requestPaused'],
  recorder: NetworkRecorder,
  about: Record<string, string | number | boolean>,
): Promise<{ whole: boolean }> {
  const page = tab.target();
  const { requestId, networkId = '' } = answer;
  const announced = Number(pausedHeader(answer, 'content-length') ?? Number.NaN);
  const whole = announced <= WHOLE_BYTES;
  const pieces = sink.pieces();
  let fault: unknown;
  try {
    if (whole) await readAtOnce(page, requestId, pieces);
    else
      await readInPieces(page, requestId, pieces, (done) => sink.progress('file', done, announced || done));
  } catch (error) {
    fault = error;
  }
  sink.assertStored();
  const stored = await pieces.close();
  // A coded body is counted as it came over the wire.
  const short = pausedHeader(answer, 'content-encoding') === undefined && announced > stored.bytes;
  const complete = fault === undefined && !short;
  recorder.keep(networkId, stored);
  await sink.artefactOfBody({ kind: 'file', n: 1, body: stored, about: { ...about, complete } });
  const entry = { what: 'file', url: url.slice(0, 20_000) } as const;
  if (fault !== undefined || short) {
    const why = fault instanceof Error ? fault.message : `${announced} bytes were announced`;
    sink.omission({
      ...entry,
      reason: reasonOf(fault),
      detail: `${stored.bytes} bytes came; ${why}`.slice(0, 2000),
    });
  }
  if (!whole)
    sink.omission({
      ...entry,
      reason: 'not-readable',
      detail: 'address and TLS of a response that is read in pieces: the browser does not tell them',
    });
  else if (url.startsWith('https:'))
    sink.omission({
      what: 'certificate',
      reason: 'not-readable',
      url: new URL(url).origin,
      detail: 'the browser gives certificate chains only for pages; the record has what it says of the leaf',
    });
  if (fault !== undefined && !(fault instanceof CommandError) && !(fault instanceof RangeError)) throw fault;
  // With an empty answer neither viewer nor page comes about; a body that was taken away can only be failed.
  if (whole)
    await page('Fetch.continueResponse', { requestId, responseCode: 204, responseHeaders: [] }).catch(ignore);
  else await page('Fetch.failRequest', { requestId, errorReason: 'Aborted' }).catch(ignore);
  return { whole };
}

type Page = ReturnType<HeldTab['tab']['target']>;

async function readAtOnce(page: Page, requestId: string, pieces: PieceSink): Promise<void> {
  const { body, base64Encoded } = await page('Fetch.getResponseBody', { requestId }, READ_MS);
  await pieces.write(base64Encoded ? base64Bytes(body) : new TextEncoder().encode(body));
}

async function readInPieces(
  page: Page,
  requestId: string,
  pieces: PieceSink,
  progress: (done: number) => void,
): Promise<void> {
  const { stream: handle } = await page('Fetch.takeResponseBodyAsStream', { requestId });
  let total = 0;
  for (;;) {
    const { data, eof, base64Encoded } = await page('IO.read', { handle, size: PIECE_BYTES }, READ_MS);
    const bytes = base64Encoded === true ? base64Bytes(data) : new TextEncoder().encode(data);
    total += bytes.length;
    if (total > LIMIT_BYTES) throw new RangeError(`files are taken up to ${LIMIT_BYTES} bytes`);
    if (bytes.length > 0) await pieces.write(bytes);
    progress(total);
    if (eof) break;
  }
  await page('IO.close', { handle }).catch(ignore);
}

function reasonOf(fault: unknown): 'too-large' | 'timeout' | 'request-failed' {
  if (fault instanceof RangeError) return 'too-large';
  return fault instanceof CommandError && fault.code === 'TIMEOUT' ? 'timeout' : 'request-failed';
}

function ignore(): void {}
