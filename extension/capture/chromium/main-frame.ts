import type { CdpFrame } from './cdp.ts';
import type { DebuggerTab } from './debugger-tab.ts';

/** Follows the main frame: which document it holds, and whether that has loaded. */
export class MainFrame {
  readonly #tab: DebuggerTab;
  #frame: CdpFrame;
  #loaded = false;
  #held = false;
  readonly #stop: () => void;

  constructor(tab: DebuggerTab, frame: CdpFrame) {
    this.#tab = tab;
    this.#frame = frame;
    this.#stop = tab.listen(({ method, params, session }) => {
      if (session !== undefined) return;
      if (method === 'Page.frameNavigated' && params.frame.parentId === undefined)
        this.#navigated(params.frame);
      else if (method === 'Page.loadEventFired') this.#loaded = true;
    });
  }

  /** The document now in the frame. */
  get frame(): CdpFrame {
    return this.#frame;
  }

  /** Address with its fragment; of an error page the address that could not be shown. */
  get url(): string {
    return this.#frame.unreachableUrl ?? `${this.#frame.url}${this.#frame.urlFragment ?? ''}`;
  }

  /** Whether the browser's error page stands in for the document. */
  get isErrorPage(): boolean {
    return this.#frame.unreachableUrl !== undefined;
  }

  /** Whether the load event of the present document has fired since we listen. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** From now on another document in the frame ends the capture: artefacts of two pages must not mix. */
  hold(): void {
    this.#held = true;
  }

  /** Follows the frame no further: what it shows later is not part of the capture. */
  letGo(): void {
    this.#stop();
  }

  #navigated(frame: CdpFrame): void {
    this.#frame = frame;
    this.#loaded = false;
    if (this.#held) this.#tab.lose('navigated-away', `the page went on to ${frame.url}`.slice(0, 2000));
  }
}
