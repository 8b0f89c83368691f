import type { CaptureCut } from './capture-cut.ts';

/** One exchange of a watched tab that has ended; `mono` by the watching context's monotonic clock. */
export interface WatchedExchange {
  readonly at: number;
  readonly mono: number;
  readonly url: string;
  readonly method: string;
  readonly status?: number;
  readonly ip?: string;
  /** After content-decoding; `decodedText`: of the UTF-8 form of text the browser had decoded. */
  readonly body?: { readonly bytes: number; readonly sha256: string; readonly decodedText: boolean };
  readonly error?: string;
}

/** A tab that is looked at while it is being recorded, and otherwise left alone. */
export interface WatchedTab {
  /** Rejects when the page refuses. The returned function tells of what is still open and stops. */
  watchNetwork(onExchange: (exchange: WatchedExchange) => void): Promise<() => Promise<void>>;
  /** Gives a picture (JPEG) each time the page has drawn something new; `mono` as in an exchange. Nothing while it is hidden. */
  castScreen(onPicture: (picture: Blob, mono: number) => void): Promise<void>;
  /** Called at most once: the tab is gone, crashed, or somebody else has taken it. */
  onLoss(listener: (loss: CaptureCut) => void): void;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Rejects with the browser's refusal. */
export type WatchTab = (tabId: number) => Promise<WatchedTab>;
