import type { IncomingMessage } from 'node:http';
import type { Server, Upload } from '@tus/server';
import type { FastifyBaseLogger } from 'fastify';
import { uploadMetadata } from '#shared/api/schemas';
import type { UploadRoom } from '../intake/upload-room.ts';
import type { Device } from '../store/devices.ts';
import { errorAnswer } from './errors.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';
import { IncomingFiles } from './incoming-files.ts';
import { JsonTusServer, type TusRequest } from './json-tus-server.ts';
import { parseInput } from './parse-input.ts';
import { registerUpload } from './register-upload.ts';
import { fromTusError } from './tus-answer.ts';

/** Who sent a request that was handed to the tus library, and under which id it is logged. */
interface UploadSender {
  readonly device: Device;
  readonly id: string;
  readonly log: FastifyBaseLogger;
}

export interface UploadServer {
  readonly tus: Server;
  /** Must be called before a request is handed to `tus`. */
  remember(request: IncomingMessage, sender: UploadSender): void;
}

/**
 * The tus 1.0 endpoint over files below `incoming/`. An upload is answered as complete only after
 * `UploadFinisher.finish`: the library itself neither checks the digest nor syncs the file.
 */
export function createUploadServer(context: HttpContext, room: UploadRoom, path: string): UploadServer {
  const senders = new WeakMap<IncomingMessage, UploadSender>();
  const senderOf = (request: TusRequest): UploadSender => {
    const raw = request.runtime?.node?.req;
    const sender = raw === undefined ? undefined : senders.get(raw);
    if (sender === undefined) throw new TypeError('the upload request has no sender');
    return sender;
  };
  const answerOf = async (caught: unknown, { id, log }: UploadSender) => {
    const error = await withCause(context, fromTusError(caught));
    const answer = errorAnswer(error, id);
    if (answer.status >= 500) log.error({ err: error }, 'upload failed');
    return { status_code: answer.status, body: JSON.stringify(answer.body) };
  };
  const files = new IncomingFiles({ directory: context.intake.folders.incoming });
  const options: ConstructorParameters<typeof JsonTusServer>[0] = {
    path,
    relativeLocation: true,
    respectForwardedHeaders: false,
    disableTerminationForFinishedUploads: true,
    maxSize: context.maxUploadBytes,
    // The guard has judged the origin before; the library only repeats it.
    allowedOrigins: () => true,
    async onIncomingRequest(request) {
      const { method, headers } = request as unknown as Request;
      if (method !== 'PATCH') return;
      // What was accepted may use the room that no new upload is given.
      await context.intake.space.require('seal', Number(headers.get('content-length') ?? 0));
    },
    onUploadCreate: async (request, upload) => {
      const { device } = senderOf(request as TusRequest);
      const { id, size: bytes, metadata } = upload;
      if (bytes === undefined)
        throw new HttpError('UPLOAD_MALFORMED', 'Upload-Length is missing', { entry: 'upload-length' });
      await registerUpload({ ...context, room }, device, { id, bytes }, metadataOf(metadata));
      return {};
    },
    onUploadFinish: async (request, upload) => {
      try {
        await context.uploads.finish(upload.id);
        return {};
      } catch (error) {
        return {
          ...(await answerOf(error, senderOf(request as TusRequest))),
          headers: { 'Content-Type': 'application/json; charset=utf-8' },
        };
      }
    },
    onResponseError: (request, error) => answerOf(error, senderOf(request as TusRequest)),
  };
  const tus = new JsonTusServer(options, files);
  return { tus, remember: (request, sender) => void senders.set(request, sender) };
}

/** The library does not say why a write failed; a full disk is told by its having no room now. */
async function withCause({ intake }: HttpContext, error: unknown): Promise<unknown> {
  if (!(error instanceof HttpError) || error.code !== 'UPLOAD_FAILED') return error;
  return intake.space.require('leaf', 1).then(
    () => error,
    (full: unknown) => full,
  );
}

function metadataOf(metadata: Upload['metadata']) {
  try {
    return parseInput(uploadMetadata, metadata ?? {});
  } catch (cause) {
    if (!(cause instanceof HttpError)) throw cause;
    throw new HttpError('UPLOAD_METADATA_MALFORMED', 'Upload-Metadata must be capture and sha256', {
      entry: cause.entry,
      cause,
    });
  }
}
