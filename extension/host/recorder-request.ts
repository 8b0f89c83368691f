import type { RecordingEvent } from '#shared/recording/recording-entry';

/** What the service worker asks the context that records. */
export type RecorderRequest =
  | {
      readonly type: 'start';
      readonly captureId: string;
      /** From `Host.tabStream`. */
      readonly stream: string;
      readonly visible: boolean;
      readonly muted: boolean;
    }
  /** Answers when the last chunk is stored. */
  | { readonly type: 'stop'; readonly captureId: string }
  /** Goes into the chunk under way. */
  | { readonly type: 'event'; readonly captureId: string; readonly event: RecordingEvent }
  | { readonly type: 'is-recording'; readonly captureId: string };

/** `recording`: whether it records now. Picture size and sound are known once it has started. */
export interface RecorderAnswer {
  readonly recording: boolean;
  readonly sound?: boolean;
  readonly width?: number;
  readonly height?: number;
}

export interface RecorderMessage {
  readonly to: 'recorder';
  readonly request: RecorderRequest;
}

export type RecorderReply =
  | { readonly ok: true; readonly answer: RecorderAnswer }
  | { readonly ok: false; readonly message: string };
