import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuditAction } from '#shared/api/audit-entry';
import { downloadQuery } from '#shared/api/cases';
import { openCanonicalZip } from '#shared/lib/zip/open-canonical-zip';
import { ASICE_MEDIA_TYPE, packagePath } from '#shared/seal/layout';
import { evidenceName } from '../../store/evidence-names.ts';
import type { FileSource } from '../../store/file-source.ts';
import { audit } from '../audit.ts';
import { subjectOf } from '../caller-of.ts';
import { findPackage, findSealedPackage, type PackageParams } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';
import { present } from '../present.ts';
import { type FileAnswer, sendFile } from '../send-file.ts';

type DownloadRequest = FastifyRequest<{ Params: PackageParams }>;
type Locate = (context: HttpContext, request: DownloadRequest) => Promise<FileAnswer>;

/** GET /packages/:id/{package,certificate,receipt,bundle}: immutable files, by range or whole. */
export function downloadsRoute(app: FastifyInstance, context: HttpContext): void {
  const file = (name: string, action: AuditAction, locate: Locate) =>
    app.get<{ Params: PackageParams }>(`/packages/:id/${name}`, async (request, reply) => {
      const located = await locate(context, request);
      try {
        await recordDownload(context, request, action, located.etag);
        return await sendFile(request, reply, located);
      } catch (error) {
        await located.source.close();
        throw error;
      }
    });
  file('package', 'package-download', locatePackage);
  file('certificate', 'certificate-download', locateCertificate);
  file('bundle', 'bundle-download', locateBundle);
  app.get<{ Params: PackageParams }>('/packages/:id/receipt', (request, reply) =>
    sendReceipt(context, request, reply),
  );
}

/** For the custody log: why a file leaves, and in which version (its entity tag, which holds its digest). */
function recordDownload(
  context: HttpContext,
  request: DownloadRequest,
  action: AuditAction,
  version: string,
): Promise<void> {
  const { organisation } = subjectOf(request);
  const { purpose } = parseInput(downloadQuery, request.query);
  const detail = present({ purpose, version, range: request.headers.range?.slice(0, 100) });
  return audit(context, request, action, { organisation, subject: `package:${request.params.id}`, detail });
}

async function locatePackage(context: HttpContext, request: DownloadRequest): Promise<FileAnswer> {
  const row = await findSealedPackage(context, request);
  const source = await openOf(context, row.id, evidenceName.package(row.id));
  const { size } = source;
  const filename = `${row.id}.asice`;
  return { source, offset: 0, size, etag: row.sealedSha256, mediaType: ASICE_MEDIA_TYPE, filename };
}

async function locateCertificate(context: HttpContext, request: DownloadRequest): Promise<FileAnswer> {
  const row = await findSealedPackage(context, request);
  const source = await openOf(context, row.id, evidenceName.certificate(row.id));
  const { size } = source;
  const etag = `${row.sealedSha256}-certificate`;
  return { source, offset: 0, size, etag, mediaType: 'application/pdf', filename: `${row.id}.pdf` };
}

/** The WACZ is stored in the package byte for byte, so it is a slice of it. */
async function locateBundle(context: HttpContext, request: DownloadRequest): Promise<FileAnswer> {
  const row = await findSealedPackage(context, request);
  const source = await openOf(context, row.id, evidenceName.package(row.id));
  try {
    const name = packagePath.bundle(row.capture ?? '');
    const entry = (await openCanonicalZip(source)).entries.find((candidate) => candidate.name === name);
    if (entry === undefined) throw new TypeError(`${row.id} has no ${name}`);
    const filename = `${row.capture}.wacz`;
    const { offset, size } = entry;
    return { source, offset, size, etag: row.sha256, mediaType: 'application/wacz', filename };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openOf({ intake }: HttpContext, id: string, name: string): Promise<FileSource> {
  return (await intake.evidence.of(id)).blobs.open(name);
}

/** The signed receipt exists before the seal, and for refused bundles too. */
async function sendReceipt(
  context: HttpContext,
  request: DownloadRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { id, receipt } = await findPackage(context, request);
  if (receipt === null) throw new HttpError('RECEIPT_NOT_ISSUED', `${id} has no receipt yet`, { entry: id });
  await recordDownload(context, request, 'receipt-download', `${id}.receipt.json`);
  return reply
    .header('content-disposition', `attachment; filename="${id}.receipt.json"`)
    .type('application/json; charset=utf-8')
    .send(receipt);
}
