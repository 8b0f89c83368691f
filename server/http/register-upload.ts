import type { InferOutput } from 'valibot';
import type { uploadMetadata } from '#shared/api/schemas';
import { packageId } from '#shared/seal/package-id';
import type { UploadRoom } from '../intake/upload-room.ts';
import type { Device } from '../store/devices.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';

/**
 * Stores whose upload it is before the first byte is taken, if there is room and the limits allow it.
 * @throws HttpError UPLOAD_OF_OTHER_DEVICE, TOO_MANY_UPLOADS, DAY_LIMIT_REACHED; StoreError DISK_FULL: nothing is stored
 */
export async function registerUpload(
  { intake, limits, room }: Pick<HttpContext, 'intake' | 'limits'> & { readonly room: UploadRoom },
  device: Device,
  { id, bytes }: { readonly id: string; readonly bytes: number },
  { capture, sha256 }: InferOutput<typeof uploadMetadata>,
): Promise<void> {
  if (!capture.startsWith(`CAP-${device.id}-`))
    throw new HttpError('UPLOAD_OF_OTHER_DEVICE', 'the capture is of another device', { entry: capture });
  const createdAt = intake.now().getTime();
  const row = { id, device: device.id, capture, sha256, package: packageId(sha256), bytes, createdAt };
  const reached = await room.admit(bytes, () =>
    intake.store.uploads.admit({ ...row, finishedAt: null }, limits),
  );
  if (reached === undefined) return;
  const code = reached.what === 'open-uploads' ? 'TOO_MANY_UPLOADS' : 'DAY_LIMIT_REACHED';
  throw new HttpError(code, `no more uploads of this ${reached.of} now`, { entry: reached.of });
}
