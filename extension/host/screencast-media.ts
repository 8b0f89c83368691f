import { AppendOnlyStreamTarget, Output, VideoSample, VideoSampleSource, WebMOutputFormat } from 'mediabunny';
import { receivePictures } from './picture-channel.ts';
import type { TabMedia } from './tab-media.ts';

const FIRST_PICTURE_MS = 8000;
/** Pictures that wait to be encoded; more are given up and counted. */
const WAITING = 8;
/** A part of the file is written when the next begins: no chunk lacks more than this. */
const CLUSTER_S = 1;

/**
 * Records the pictures another context sends, without sound: VP8 in WebM, each picture at the time the page had drawn
 * it. `MediaRecorder` is not used: fed with single pictures it silently leaves out most of them (measured).
 * @throws Error when no picture comes
 */
export async function openScreencastMedia(captureId: string): Promise<TabMedia> {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let waiting = 0;
  let dropped = 0;
  let drawnMs = -1;
  let began: number | undefined;
  let drawn: Promise<void> = Promise.resolve();
  const source = new VideoSampleSource({
    codec: 'vp8',
    bitrate: 1_500_000,
    keyFrameInterval: CLUSTER_S,
    sizeChangeBehavior: 'contain',
  });
  const output = new Output({
    format: new WebMOutputFormat({ appendOnly: true, minimumClusterDuration: CLUSTER_S }),
    target: new AppendOnlyStreamTarget(
      new WritableStream<Uint8Array>({ write: (bytes) => void parts.push(Uint8Array.from(bytes)) }),
    ),
  });
  output.addVideoTrack(source);
  await output.start();

  const encode = async (picture: Blob, at: number) => {
    const bitmap = await createImageBitmap(picture);
    // WebM counts whole ms, and players want each picture later than the one before.
    drawnMs = Math.max(Math.round(at - (began ?? at)), drawnMs + 1);
    const frame = new VideoFrame(bitmap, { timestamp: drawnMs * 1000, alpha: 'discard' });
    bitmap.close();
    const sample = new VideoSample(frame);
    try {
      await source.add(sample);
    } finally {
      sample.close();
    }
  };
  let first: { picture: Blob; width: number; height: number } | undefined;
  let arrived = () => {};
  const add = (picture: Blob, at: number) => {
    if (waiting >= WAITING) {
      dropped++;
      return;
    }
    waiting++;
    drawn = drawn
      .then(() => encode(picture, at))
      .catch(() => {
        dropped++;
      })
      .finally(() => {
        waiting--;
      });
  };
  const stopReceiving = receivePictures(captureId, (picture, at) => {
    if (began !== undefined) add(picture, at);
    else if (first === undefined)
      void createImageBitmap(picture).then((bitmap) => {
        first = { picture, width: bitmap.width, height: bitmap.height };
        bitmap.close();
        arrived();
      });
  });
  await new Promise<void>((resolve) => {
    arrived = resolve;
    setTimeout(resolve, FIRST_PICTURE_MS);
  });
  if (first === undefined) {
    stopReceiving();
    await output.cancel();
    throw new Error('the tab gave no picture');
  }
  const { picture, width, height } = first;
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  return {
    sound: false,
    width,
    height,
    takeFacts: () => {
      const droppedFrames = dropped;
      dropped = 0;
      return { droppedFrames };
    },
    record: async (ms, onPiece) => {
      began = performance.timeOrigin + performance.now();
      add(picture, began);
      const hand = () => {
        const piece = new Blob(parts, { type: 'video/webm' });
        parts = [];
        onPiece(piece);
      };
      const timer = setInterval(hand, ms);
      await stopped;
      clearInterval(timer);
      stopReceiving();
      await drawn;
      await output.finalize();
      hand();
    },
    stop,
  };
}
