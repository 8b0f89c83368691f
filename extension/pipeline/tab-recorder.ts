import type { RecorderAnswer, RecorderRequest } from '../host/recorder-request.ts';
import { openTabMedia, type TabMedia } from '../host/tab-media.ts';
import { readCapture } from '../store/update-capture.ts';
import { type ChunkWriter, openChunkWriter } from './chunk-writer.ts';
import type { FinishingContext } from './context.ts';
import { endRecording } from './end-recording.ts';

/** Between two chunks; a crash loses no more than this. */
const CHUNK_MS = 5000;

interface Running {
  readonly media: TabMedia;
  readonly writer: ChunkWriter;
  /** Resolves when the last chunk is stored and the recording's row says that it is over. */
  readonly over: Promise<void>;
  readonly stop: () => void;
}

/**
 * Records tabs. Holds nothing but the chunk under way: every chunk is handed over to the store as it comes.
 * @param onOver called when a recording has ended, however it did
 */
export function openTabRecorder(context: FinishingContext, onOver: (captureId: string) => void) {
  const running = new Map<string, Running>();

  const start = async (request: Extract<RecorderRequest, { type: 'start' }>): Promise<RecorderAnswer> => {
    const { captureId, stream } = request;
    const media = await openTabMedia(stream);
    const writer = openChunkWriter(context, captureId, request);
    let asked = false;
    let failure: { readonly error: unknown } | undefined;
    const recorded = media.record(CHUNK_MS, (blob) => {
      writer.write(blob, media.takeFacts()).catch((error: unknown) => {
        failure ??= { error };
        media.stop();
      });
    });
    const over = (async () => {
      await recorded;
      await writer.close().catch((error: unknown) => {
        failure ??= { error };
      });
      running.delete(captureId);
      await endRecording(context, captureId, failure ?? (asked ? 'asked' : 'tab-closed'));
      onOver(captureId);
    })();
    const stop = () => {
      asked = true;
      media.stop();
    };
    running.set(captureId, { media, writer, over, stop });
    return { recording: true, sound: media.sound, width: media.width, height: media.height };
  };

  return async (request: RecorderRequest): Promise<RecorderAnswer> => {
    if (request.type === 'start') return await start(request);
    const found = running.get(request.captureId);
    if (request.type === 'event') found?.writer.note(request.event);
    if (request.type === 'stop' && found !== undefined) {
      found.stop();
      await found.over;
      const row = await readCapture(context.database, request.captureId);
      return { recording: row.engineEndedAt === undefined };
    }
    return { recording: found !== undefined };
  };
}
