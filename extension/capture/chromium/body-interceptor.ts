import type { CdpEvents, EncodedBody } from './cdp.ts';
import { CommandError } from './command-error.ts';
import type { DebuggerTab, Send } from './debugger-tab.ts';

/** Documents pause before they are asked for too, see `holdResubmission`. */
const patterns = [
  { urlPattern: '*', resourceType: 'Document', requestStage: 'Request' },
  { urlPattern: '*', resourceType: 'Document', requestStage: 'Response' },
  { urlPattern: '*', resourceType: 'XHR', requestStage: 'Response' },
  { urlPattern: '*', resourceType: 'Fetch', requestStage: 'Response' },
];
const BODY_TIMEOUT = 15_000;

/** Complete before a page can make use of them, so that holding them back changes nothing it could see. */
const finite =
  /^(?:text\/(?:html|xml|css|javascript)|application\/(?:[\w.-]+\+)?(?:json|xml)|application\/(?:x-)?javascript|image\/)/i;

/** Takes the exact bytes of a body, before the page gets them. */
export type TakeBody = (networkId: string, body: EncodedBody) => void;

/**
 * Pauses documents, XHR and fetch at the response to read their exact bytes: `Network.getResponseBody` gives decoded
 * text for those, only `Fetch.getResponseBody` gave the bytes of a GBK page (measured).
 */
export class BodyInterceptor {
  readonly #take: TakeBody;
  readonly #bodyLimit: number;
  #away: { readonly frame: string; readonly isAway: (url: string) => boolean } | undefined;
  #heldBack = false;
  #heldFrame: string | undefined;
  #held = false;

  constructor(tab: DebuggerTab, bodyLimit: number, take: TakeBody) {
    this.#bodyLimit = bodyLimit;
    this.#take = take;
    tab.listen(({ method, params, session }) => {
      if (method === 'Fetch.requestPaused') void this.#paused(params, tab.target(session));
    });
  }

  /** Switches interception on for one target. */
  async enable(send: Send): Promise<void> {
    await send('Fetch.enable', { patterns });
  }

  /** From now on a frame does not go to addresses for which `isAway` holds: its document stays as it is. */
  holdFrom(frame: string, isAway: (url: string) => boolean): void {
    this.#away = { frame, isAway };
  }

  /** Whether the present document has been kept from going there: then its load event never comes (measured). */
  get hasHeldBack(): boolean {
    return this.#heldBack;
  }

  /** Whether the resubmission of a form has just been held. */
  get hasHeld(): boolean {
    return this.#held;
  }

  /**
   * While `reload` runs, a main document that would be asked for by anything but GET is not asked for: reloading the
   * answer to a form sends the form again (Page.reload does not ask), which may place a second order.
   * @returns whether that happened; the page then stays as it was.
   */
  async holdResubmission(mainFrame: string, reload: () => Promise<void>): Promise<boolean> {
    this.#heldFrame = mainFrame;
    this.#held = false;
    this.#heldBack = false;
    try {
      await reload();
    } finally {
      this.#heldFrame = undefined;
    }
    return this.#held;
  }

  async #paused(paused: CdpEvents['Fetch.requestPaused'], send: Send): Promise<void> {
    const { requestId } = paused;
    try {
      if (paused.responseStatusCode === undefined && paused.responseErrorReason === undefined) {
        if (await this.#refuseAway(paused, send)) return;
        if (await this.#refuseResubmission(paused, send)) return;
      } else if (paused.networkId !== undefined && this.#mayRead(paused))
        this.#take(paused.networkId, await send('Fetch.getResponseBody', { requestId }, BODY_TIMEOUT));
    } catch (error) {
      if (!(error instanceof CommandError)) return;
    }
    await send('Fetch.continueRequest', { requestId }).catch(() => undefined);
  }

  /** An aborted navigation leaves the page where it is, as one that is answered with 204 does. */
  async #refuseAway(
    { requestId, frameId, request }: CdpEvents['Fetch.requestPaused'],
    send: Send,
  ): Promise<boolean> {
    if (this.#away?.frame !== frameId || !this.#away.isAway(request.url)) return false;
    this.#heldBack = true;
    await send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    return true;
  }

  async #refuseResubmission(
    { requestId, frameId, request }: CdpEvents['Fetch.requestPaused'],
    send: Send,
  ): Promise<boolean> {
    if (frameId !== this.#heldFrame || request.method === 'GET') return false;
    this.#held = true;
    await send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    return true;
  }

  /**
   * Reading waits for the whole body, and a request cannot be let go while it is being read (measured: a page that
   * read an endless response got nothing more, even after Fetch.disable). So only what has an announced length, or a
   * media type that pages use as a whole.
   */
  #mayRead(paused: CdpEvents['Fetch.requestPaused']): boolean {
    const { responseStatusCode: status = 0, responseErrorReason, responseHeaders = [] } = paused;
    if (responseErrorReason !== undefined || (status >= 300 && status < 400) || status === 204) return false;
    const field = (name: string) =>
      responseHeaders.find((header) => header.name.toLowerCase() === name)?.value;
    const length = field('content-length');
    if (length !== undefined) return Number(length) <= this.#bodyLimit;
    return paused.resourceType === 'Document' || finite.test(field('content-type') ?? '');
  }
}
