import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { uploadMetadata } from '#shared/api/schemas';
import { packageId } from '#shared/seal/package-id';
import { IdentityError } from '../../identity/identity-error.ts';
import { removeUpload } from '../../intake/remove-upload.ts';
import type { UploadRoom } from '../../intake/upload-room.ts';
import type { Device } from '../../store/devices.ts';
import { audit } from '../audit.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { IncomingFiles } from '../incoming-files.ts';
import { parseInput } from '../parse-input.ts';
import { registerUpload } from '../register-upload.ts';
import { fromTusError } from '../tus-answer.ts';

/**
 * POST /imports?capture=&sha256=: a bundle that was carried here instead of being uploaded by its device, as the body in
 * one piece. It counts as an upload of the device that signed it and is judged like one: who carries it vouches for
 * nothing. It shares the room of the disk with uploads. 201 once every byte is on disk; 200 when the service had it before.
 */
export function importsRoute(app: FastifyInstance, context: HttpContext, room: UploadRoom): void {
  const { store, folders } = context.intake;
  const files = new IncomingFiles({ directory: folders.incoming });

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body stays a stream, and is written as it arrives.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.post('/imports', async (request, reply) => {
      const metadata = parseInput(uploadMetadata, request.query);
      const bytes = lengthOf(request);
      const device = await uploadingDevice(metadata.capture);
      const id = packageId(metadata.sha256);
      const known = (await store.packages.get(id)) !== undefined;
      await receive(request, device, bytes, metadata);
      await audit(context, request, 'bundle-import', {
        organisation: device.organisation,
        subject: `package:${id}`,
        detail: { capture: metadata.capture, sha256: metadata.sha256, bytes },
      });
      return reply.code(known ? 200 : 201).send({ package: id });
    });
  });

  function lengthOf({ headers }: FastifyRequest): number {
    const bytes = Number(headers['content-length'] ?? Number.NaN);
    if (!Number.isSafeInteger(bytes) || bytes < 1)
      throw new HttpError('UPLOAD_MALFORMED', 'Content-Length is missing', { entry: 'content-length' });
    if (bytes > context.maxUploadBytes)
      throw new HttpError('UPLOAD_TOO_LARGE', `at most ${context.maxUploadBytes} bytes are taken`, {
        entry: 'content-length',
      });
    return bytes;
  }

  /** The device a capture id names, if it could have uploaded the bundle itself. */
  async function uploadingDevice(capture: string): Promise<Device> {
    const [, id = ''] = capture.split('-');
    const device = await store.devices.get(id);
    if (device === undefined)
      throw new IdentityError('DEVICE_UNKNOWN', 'the device is not paired with this service', { entry: id });
    if (device.suspendedAt !== null && device.revokedAt === null)
      throw new IdentityError('DEVICE_SUSPENDED', `the device is suspended: ${device.suspension ?? ''}`, {
        entry: id,
      });
    return device;
  }

  /** On return every byte is on disk with its job. What breaks off leaves nothing: it is imported anew. */
  async function receive(
    { raw }: FastifyRequest,
    device: Device,
    bytes: number,
    metadata: Parameters<typeof registerUpload>[3],
  ): Promise<void> {
    const id = randomBytes(16).toString('hex');
    await registerUpload({ ...context, room }, device, { id, bytes }, metadata);
    try {
      await writeFile(join(folders.incoming, id), '', { flag: 'wx' });
      const place = { offset: 0, limit: bytes, signal: new AbortController().signal };
      await files.receive(raw, id, place).catch((error: unknown) => {
        throw fromTusError(error);
      });
      await context.uploads.finish(id);
    } catch (error) {
      if ((await store.uploads.get(id))?.finishedAt === null) {
        await removeUpload(folders.incoming, id);
        await store.uploads.remove(id);
      }
      throw error;
    }
  }
}
