/** A picture on its way from the context that has the debugger to the one that records. Blobs go by reference. */
interface PictureMessage {
  readonly captureId: string;
  readonly picture: Blob;
  /**
   * When the page had drawn it, monotonic ms on which all contexts of the extension agree (time origin and now);
   * a repeated picture carries the time up to which nothing changed.
   */
  readonly at: number;
}

const NAME = 'recording-pictures';

/** Sends pictures of a recording to whichever context of the extension records it. */
export function openPictureSender(captureId: string): {
  send(picture: Blob, at: number): void;
  close(): void;
} {
  const channel = new BroadcastChannel(NAME);
  return {
    send: (picture, at) => channel.postMessage({ captureId, picture, at } satisfies PictureMessage),
    close: () => channel.close(),
  };
}

/** @returns how to stop */
export function receivePictures(
  captureId: string,
  onPicture: (picture: Blob, at: number) => void,
): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<PictureMessage>) => {
    if (data.captureId === captureId) onPicture(data.picture, data.at);
  };
  return () => channel.close();
}
