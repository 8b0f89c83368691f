import type { RecorderAnswer, RecorderRequest } from './recorder-request.ts';

/**
 * What the pipeline needs from the browser. Chromium implements it in this folder; another browser is another
 * implementation of the same few functions.
 */
export interface Host {
  /** What captures are taken with. */
  readonly facts: {
    readonly extensionVersion: string;
    readonly userAgent: string;
    readonly language: string;
    readonly timeZone: string;
  };
  /**
   * Opens `url` in a new active tab and waits until it has loaded.
   * @returns `settled: false` when the page was shown but still loading at the time limit
   * @throws HostError when no page came about; the tab is closed then
   */
  openPage(url: string, signal: AbortSignal): Promise<{ tabId: number; settled: boolean }>;
  closeTab(tabId: number): Promise<void>;
  /** @throws HostError TAB_NOT_FOUND */
  tab(tabId: number): Promise<TabFacts>;
  /** The active tab of the window last used that is not one of the extension's own pages. */
  lastActiveTab(): Promise<TabFacts | undefined>;
  /** Signs that somebody else debugs the tab, or that developer tools are open anywhere. */
  debuggersOn(tabId: number): Promise<{ attached: boolean; devtools: boolean }>;
  mayReadFiles(): Promise<boolean>;
  /** Bytes still free in the extension's storage quota. */
  freeStorage(): Promise<number>;
  /** Keeps this context from being ended for idleness until the returned function is called. */
  keepAwake(): () => void;
  /** Wakes the service worker about every half minute while `wanted`. */
  wakeRegularly(wanted: boolean): Promise<void>;
  /** Hands a capture to the context that bundles and uploads, starting that context when needed. */
  finish(captureId: string): Promise<void>;
  /**
   * A key with which the recorder may take picture and sound of a tab, for a few seconds.
   * @throws HostError RECORDING_NOT_ALLOWED before a person has called the extension on that tab
   */
  tabStream(tabId: number): Promise<string>;
  /** Asks the recorder, starting its context when needed. @throws HostError RECORDER_FAILED */
  recorder(request: RecorderRequest): Promise<RecorderAnswer>;
  /** A mark on the toolbar button, empty to take it away. */
  showOnButton(text: string): Promise<void>;
  /** Saves a file through the browser's own downloads. */
  download(file: { url: string; token: string; fileName: string }): Promise<number>;
}

export interface TabFacts {
  readonly tabId: number;
  readonly url: string;
  readonly title: string;
  readonly loading: boolean;
  /** Whether it is the tab in front of its window. */
  readonly visible: boolean;
  readonly muted: boolean;
}
