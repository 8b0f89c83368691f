import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IntakeError } from '../../intake/intake-error.ts';
import { createUploadRoom } from '../../intake/upload-room.ts';
import type { Device } from '../../store/devices.ts';
import type { Upload } from '../../store/uploads.ts';
import { deviceOf } from '../caller-of.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { TUS_VERSION } from '../tus-answer.ts';
import { createUploadServer } from '../upload-server.ts';
import { importsRoute } from './imports.ts';

type UploadRequest = FastifyRequest<{ Params: { id: string } }>;

/**
 * Resumable uploads, tus 1.0 (creation, creation-with-upload, termination): POST /uploads, then HEAD, PATCH, DELETE
 * /uploads/:id by the device that created the upload. A finished upload keeps answering HEAD, so that a client that
 * never saw the last 204 learns that everything is safe. With them POST /imports, for what is carried.
 */
export function uploadsRoute(app: FastifyInstance, context: HttpContext): void {
  const room = createUploadRoom(context.intake);
  importsRoute(app, context, room);
  const { tus, remember } = createUploadServer(context, room, `${app.prefix}/uploads`);
  const handOver = async (request: FastifyRequest, reply: FastifyReply, device: Device) => {
    remember(request.raw, { device, id: request.id, log: request.log });
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    await tus.handle(request.raw, reply.raw);
    return reply;
  };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body stays a stream: the library writes it to disk as it arrives.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/uploads', async (request, reply) => {
      return handOver(request, reply, deviceOf(request));
    });
    scope.route<{ Params: { id: string } }>({
      method: ['HEAD', 'PATCH', 'DELETE'],
      url: '/uploads/:id',
      handler: async (request, reply) => {
        const device = deviceOf(request);
        const upload = await ownUpload(context, request, device);
        if (upload.finishedAt !== null || (await isCompleteNow(context, request)))
          return answerFinished(request, reply, upload);
        await handOver(request, reply, device);
        if (request.method === 'DELETE' && reply.raw.statusCode === 204)
          await context.intake.store.uploads.remove(upload.id);
        return reply;
      },
    });
  });
}

async function ownUpload(context: HttpContext, request: UploadRequest, device: Device): Promise<Upload> {
  const { id } = request.params;
  const upload = await context.intake.store.uploads.get(id);
  if (upload === undefined) throw new IntakeError('UPLOAD_UNKNOWN', 'no such upload', { entry: id });
  if (upload.device !== device.id)
    throw new HttpError('UPLOAD_OF_OTHER_DEVICE', 'the upload was begun by another device', { entry: id });
  return upload;
}

/** After a crash between the last byte and its acknowledgement the upload is finished by the client's next HEAD. */
async function isCompleteNow(context: HttpContext, request: UploadRequest): Promise<boolean> {
  if (request.method !== 'HEAD') return false;
  try {
    await context.uploads.finish(request.params.id);
    return true;
  } catch (error) {
    if (error instanceof IntakeError && error.code === 'UPLOAD_INCOMPLETE') return false;
    throw error;
  }
}

function answerFinished(request: UploadRequest, reply: FastifyReply, { bytes }: Upload): FastifyReply {
  reply
    .header('tus-resumable', TUS_VERSION)
    .header('upload-offset', bytes)
    .header('upload-length', bytes)
    .header('cache-control', 'no-store');
  if (request.method === 'HEAD') return reply.code(200).send();
  if (request.method === 'PATCH' && request.headers['upload-offset'] === String(bytes))
    return reply.code(204).send();
  throw new HttpError('UPLOAD_OFFSET_CONFLICT', 'the upload is complete', { entry: request.params.id });
}
