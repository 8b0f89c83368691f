import type { Probe } from './probe.ts';
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
  /** An empty tab, in the background unless it is to be `active`. @throws HostError TAB_NOT_FOUND */
  openBlank(active?: boolean): Promise<number>;
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
  /** Has the service worker look about every minute whether the open inspection holds, while `wanted`. */
  watchRegularly(wanted: boolean): Promise<void>;
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
  /** The newest downloads of this browser. */
  downloads(): Promise<readonly DownloadFacts[]>;
  /** What `remember` was last given; it lies outside the database. */
  recall(): Promise<unknown>;
  remember(mark: object): Promise<void>;
  /** What can be told of the device and its surroundings. */
  readonly probe: Probe;
  /** Puts a waiting update of the extension in force, which ends everything that runs. */
  applyUpdate(): void;
  /** Saves a file through the browser's own downloads. */
  download(file: { url: string; token: string; fileName: string }): Promise<number>;
}

export interface DownloadFacts {
  readonly id: number;
  /** Of the request that gave the file, after redirects. */
  readonly url: string;
  /** Full path on this device, empty while it is not decided. */
  readonly path: string;
  readonly referrer: string;
  /** UTC ms. */
  readonly startedAt: number;
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
