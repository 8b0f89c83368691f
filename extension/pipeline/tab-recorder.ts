import type { WireError } from '#shared/view/error-code';
import type { RecorderAnswer, RecorderRequest } from '../host/recorder-request.ts';
import { openScreencastMedia } from '../host/screencast-media.ts';
import { openTabMedia, type TabMedia } from '../host/tab-media.ts';
import { deviceMono } from '../messages/device-mono.ts';
import { readCapture } from '../store/update-capture.ts';
import { type ChunkWriter, openChunkWriter } from './chunk-writer.ts';
import type { FinishingContext } from './context.ts';
import { endRecording } from './end-recording.ts';
import { PipelineError } from './pipeline-error.ts';

/** Between two chunks; a crash loses no more than this. */
const CHUNK_MS = 5000;
const END_TRIES = 3;
const END_RETRY_MS = 1000;

interface Running {
  readonly media: TabMedia;
  readonly writer: ChunkWriter;
  /** Resolves when the last chunk is stored and the recording's row says that it is over. */
  readonly over: Promise<void>;
  readonly stop: (cut: WireError | undefined) => void;
}

/**
 * Records tabs. Holds nothing but the chunk under way: every chunk is handed over to the store as it comes.
 * @param onOver called when a recording has ended, however it did
 */
export function openTabRecorder(context: FinishingContext, onOver: (captureId: string) => void) {
  const running = new Map<string, Running>();

  const start = async (request: Extract<RecorderRequest, { type: 'start' }>): Promise<RecorderAnswer> => {
    const { captureId, stream } = request;
    const media = await (stream === undefined ? openScreencastMedia(captureId) : openTabMedia(stream));
    const beganMono = deviceMono();
    const writer = openChunkWriter(context, captureId, request);
    let asked = false;
    let failure: { readonly error: unknown } | undefined;
    const recorded = media.record(CHUNK_MS, (blob) => {
      if (blob.size === 0) {
        writer.pass();
        return;
      }
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
      await endSurely(context, captureId, failure ?? (asked ? 'asked' : 'tab-closed'));
      onOver(captureId);
    })();
    const stop = (cut: WireError | undefined) => {
      if (cut === undefined) asked = true;
      else failure ??= { error: new PipelineError(cut.code, cut.message) };
      media.stop();
    };
    running.set(captureId, { media, writer, over, stop });
    const { sound, width, height } = media;
    return { recording: true, sound, width, height, beganMono };
  };

  return async (request: RecorderRequest): Promise<RecorderAnswer> => {
    if (request.type === 'start') return await start(request);
    const found = running.get(request.captureId);
    if (request.type === 'events') for (const event of request.events) found?.writer.note(event);
    if (request.type === 'stop' && found !== undefined) {
      found.stop(request.cut);
      await found.over;
      const row = await readCapture(context.database, request.captureId);
      return { recording: row.engineEndedAt === undefined };
    }
    return { recording: found !== undefined };
  };
}

/**
 * A full disk may refuse even the row that says so. It is tried again; after that the service worker finds the
 * recording without a recorder, and marks it as cut.
 */
async function endSurely(...[context, id, end]: Parameters<typeof endRecording>): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await endRecording(context, id, end);
      return;
    } catch (error) {
      if (tries === END_TRIES) throw error;
      await context.sleep(END_RETRY_MS);
    }
}
