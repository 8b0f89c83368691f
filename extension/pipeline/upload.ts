import { toBase64 } from '#shared/lib/base64';
import { toUtf8 } from '#shared/lib/utf8';
import { bundleFileName } from '../store/bundle-file-name.ts';
import { readBlob } from '../store/put-artefact.ts';
import type { CaptureRow } from '../store/rows.ts';
import { enterStep, updateCapture } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';
import { serviceRefusal } from './service-request.ts';

/** A broken connection costs at most this much again. */
const CHUNK_BYTES = 8 * 2 ** 20;
/** tus 1.0.0 core protocol: every request but OPTIONS names its version. */
const TUS = { 'tus-resumable': '1.0.0' } as const;

/**
 * Uploads the bundle by tus 1.0 (creation, then PATCH after PATCH), going on where the service says it stands. The
 * service acknowledges the last byte only when all are on its disk with the declared SHA-256.
 * @throws PipelineError SERVICE_UNREACHABLE, UPLOAD_BROKEN and as `requestService`
 */
export async function uploadBundle(context: FinishingContext, capture: CaptureRow): Promise<undefined> {
  const { database, clock } = context;
  const { id, bundle } = capture;
  if (bundle === undefined) throw new PipelineError('BUNDLE_FAILED', `${id} has no bundle`, { entry: id });
  await enterStep(database, clock, id, 'upload', { done: 0, total: bundle.bytes });
  const blob = await readBlob(database, id, bundleFileName(id));
  const begun = await begunUpload(context, capture);
  const url = begun?.url ?? (await createUpload(context, id, bundle));
  let offset = begun?.offset ?? 0;
  try {
    while (offset < blob.size) {
      offset = await sendChunk(context, url, blob, offset);
      await enterStep(database, clock, id, 'upload', { done: offset, total: blob.size });
    }
  } catch (error) {
    if (error instanceof UploadOver) await updateCapture(database, clock, id, { uploadUrl: undefined });
    throw error instanceof UploadOver ? error.cause : error;
  }
  const entry = { event: 'upload-finished', detail: { sha256: bundle.sha256, bytes: bundle.bytes } } as const;
  await updateCapture(database, clock, id, { state: 'uploaded' }, entry);
}

/** The service dropped what it had of an upload: the next try must begin a new one. */
class UploadOver extends Error {}

/** HEAD: the upload begun earlier and how many bytes the service has of it, unless it no longer knows it. */
async function begunUpload(
  { service }: FinishingContext,
  { uploadUrl: url }: CaptureRow,
): Promise<{ url: string; offset: number } | undefined> {
  if (url === undefined) return undefined;
  // A device paired with another service since then begins anew there.
  if (new URL(url).origin !== (await service.service()).origin) return undefined;
  const response = await service.send(url, { method: 'HEAD', headers: TUS });
  if (response.ok) return { url, offset: offsetOf(response) };
  // The answer to HEAD has no body: 422 says that the bytes were dropped, 404 and 410 that they are gone.
  if ([404, 410, 422].includes(response.status)) return undefined;
  throw serviceRefusal('/uploads', response.status, '');
}

/** POST /uploads. The address of the new upload is kept, so that a killed context goes on with it. */
async function createUpload(
  { database, clock, service }: FinishingContext,
  capture: string,
  bundle: { readonly sha256: string; readonly bytes: number },
): Promise<string> {
  const { origin } = await service.service();
  const metadata = Object.entries({ capture, sha256: bundle.sha256 });
  const pairs = metadata.map(([key, value]) => `${key} ${toBase64(toUtf8(value))}`);
  const response = await service.send(`${origin}/api/v1/uploads`, {
    method: 'POST',
    headers: { ...TUS, 'upload-length': String(bundle.bytes), 'upload-metadata': pairs.join(',') },
  });
  if (response.status !== 201) throw serviceRefusal('/uploads', response.status, await bodyOf(response));
  const location = response.headers.get('location') ?? '';
  const url = new URL(location, `${origin}/api/v1/uploads`);
  if (location === '' || url.origin !== origin)
    throw new PipelineError('SERVICE_ANSWER_MALFORMED', 'the upload has no address', { entry: 'location' });
  await updateCapture(database, clock, capture, { uploadUrl: url.href });
  return url.href;
}

/** @returns the offset after the chunk. @throws UploadOver when the upload must begin anew */
async function sendChunk(
  { service }: FinishingContext,
  url: string,
  blob: Blob,
  offset: number,
): Promise<number> {
  const chunk = blob.slice(offset, offset + CHUNK_BYTES);
  const response = await service.send(url, {
    method: 'PATCH',
    headers: { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    // Not a stream: over HTTP/1.1 Chromium refuses streaming bodies (measured).
    body: await chunk.arrayBuffer(),
  });
  if (response.status === 204) return offsetOf(response);
  const refusal = serviceRefusal('/uploads', response.status, await bodyOf(response));
  if ([404, 410, 422].includes(response.status)) throw new UploadOver('', { cause: refusal });
  throw refusal;
}

function offsetOf(response: Response): number {
  const offset = Number(response.headers.get('upload-offset') ?? Number.NaN);
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new PipelineError('SERVICE_ANSWER_MALFORMED', 'no Upload-Offset', { entry: 'upload-offset' });
}

function bodyOf(response: Response): Promise<string> {
  return response.text().catch(() => '');
}
