import { CaptureError } from '../capture-error.ts';
import type { CaptureRequest } from '../engine.ts';
import { offeredName } from '../offered-name.ts';
import type { HeldTab } from './capture-in-tab.ts';
import type { CdpEvents, CdpResponse } from './cdp.ts';
import { discardDownloads } from './discard-downloads.ts';
import { loadFailure } from './load-failure.ts';
import { NetworkRecorder } from './network-recorder.ts';
import { pausedHeader } from './paused-header.ts';
import { readFileBody } from './read-file-body.ts';

type Paused = CdpEvents['Fetch.requestPaused'];

const patterns = [{ urlPattern: '*', resourceType: 'Document', requestStage: 'Response' }];
/** For the head of the response. */
const ANSWER_MS = 60_000;
/** For the events that follow once the browser may go on. */
const EVENTS_MS = 1500;
const POLL_MS = 25;

/**
 * Asks for the file with the cookies and, where it was offered on a page, the Referer a click would send; takes its
 * bytes before the browser gets them, so that neither the viewer nor the downloads of the person see it.
 * @throws CaptureError when there is no answer; CaptureCut
 */
export async function fetchFile(held: HeldTab, { file, cookies }: CaptureRequest): Promise<void> {
  if (file === undefined) throw new CaptureError('NOT_CAPTURABLE', 'no file was named');
  const { tab, sink, limits } = held;
  const page = tab.target();
  const { url, origin } = file;
  held.requestedUrl = url;
  held.finalUrl = url;
  let answer: Paused | undefined;
  let answered = false;
  const original = (_: string, seen: CdpResponse): CdpResponse =>
    answer === undefined || seen.url !== answer.request.url ? seen : originalOf(answer, seen);
  const options = { bodyLimit: limits.body, requestBodies: cookies, original };
  const recorder = new NetworkRecorder(tab, sink, options);
  let failure: string | undefined;
  const stop = tab.listen(({ method, params, session }) => {
    if (session !== undefined) return;
    if (method === 'Network.responseReceived') answered = true;
    if (method !== 'Fetch.requestPaused') return;
    const { requestId, responseStatusCode: status = 0 } = params;
    const redirect = status >= 300 && status < 400 && pausedHeader(params, 'location') !== undefined;
    if (answer !== undefined || params.responseErrorReason !== undefined || redirect)
      void page('Fetch.continueRequest', { requestId }).catch(() => undefined);
    else answer = params;
  });
  const discard = discardDownloads();
  try {
    await page('Page.enable', {});
    await page('Network.enable', {});
    await page('Network.setCacheDisabled', { cacheDisabled: true });
    await page('Network.setBypassServiceWorker', { bypass: true });
    await page('Fetch.enable', { patterns });
    sink.progress('file');
    const referrer = /^https?:/i.test(origin.page) ? { referrer: origin.page } : {};
    void page('Page.navigate', { url, ...referrer }, limits.total).then(
      ({ errorText }) => {
        failure = errorText;
      },
      () => undefined,
    );
    for (let waited = 0; answer === undefined; waited += POLL_MS) {
      if (failure !== undefined) throw loadFailure(failure, url);
      if (waited > ANSWER_MS)
        throw new CaptureError('PAGE_NOT_ANSWERING', 'no answer in time', { entry: url });
      await tab.pause(POLL_MS);
    }
    held.finalUrl = answer.request.url;
    held.title = offeredName(pausedHeader(answer, 'content-disposition'), held.finalUrl);
    const { whole } = await readFileBody(held, answer, recorder, aboutOf(answer, held, origin));
    if (whole)
      for (let waited = 0; !answered && waited < EVENTS_MS; waited += POLL_MS) await tab.pause(POLL_MS);
    await tab.pause(4 * POLL_MS);
  } finally {
    stop();
    await recorder.close();
    await discard(held.finalUrl);
  }
}

function aboutOf(
  answer: Paused,
  { finalUrl: url, title = '' }: HeldTab,
  origin: NonNullable<CaptureRequest['file']>['origin'],
): Record<string, string | number | boolean> {
  return {
    url: url.slice(0, 20_000),
    name: title,
    mediaType: (pausedHeader(answer, 'content-type') ?? '').slice(0, 200),
    status: answer.responseStatusCode ?? 0,
    origin: origin.page,
    linkText: origin.linkText,
    linkPath: origin.linkPath,
  };
}

/** Of a response we let go on as an empty one: status and headers as the server sent them. */
function originalOf({ responseStatusCode, responseHeaders = [] }: Paused, seen: CdpResponse): CdpResponse {
  const headers: Record<string, string> = {};
  for (const { name, value } of responseHeaders)
    headers[name] = headers[name] === undefined ? value : `${headers[name]}\n${value}`;
  return { ...seen, status: responseStatusCode ?? seen.status, statusText: '', headers };
}
