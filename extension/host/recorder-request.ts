import type { RecordingEvent } from '#shared/recording/recording-entry';
import type { WireError } from '#shared/view/error-code';

/** What the service worker asks the context that records. */
export type RecorderRequest =
  | {
      readonly type: 'start';
      readonly captureId: string;
      /** From `Host.tabStream`; absent: pictures come by `openPictureSender`, without sound. */
      readonly stream?: string;
      readonly visible: boolean;
      readonly muted: boolean;
    }
  /** Answers when the last chunk is stored. `cut`: why it cannot go on; absent: a person stopped it. */
  | { readonly type: 'stop'; readonly captureId: string; readonly cut?: WireError }
  /** Go into the chunk under way. */
  | { readonly type: 'events'; readonly captureId: string; readonly events: readonly RecordingEvent[] }
  | { readonly type: 'is-recording'; readonly captureId: string };

/** `recording`: whether it records now. Picture size and sound are known once it has started. */
export interface RecorderAnswer {
  readonly recording: boolean;
  readonly sound?: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Its beginning by `deviceMono`. */
  readonly beganMono?: number;
}

export interface RecorderMessage {
  readonly to: 'recorder';
  readonly request: RecorderRequest;
}

export type RecorderReply =
  | { readonly ok: true; readonly answer: RecorderAnswer }
  | { readonly ok: false; readonly message: string };
