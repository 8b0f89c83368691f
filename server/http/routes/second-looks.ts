import type { FastifyInstance } from 'fastify';
import { secondLookRequest } from '#shared/api/second-looks';
import { canonicalFile } from '#shared/bundle/canonical-file';
import type { Json } from '#shared/lib/canonical-json';
import type { SecondLookFile } from '#shared/witness/second-look-file';
import { audit } from '../audit.ts';
import { subjectOf } from '../caller-of.ts';
import { findPackage, type PackageParams } from '../find-package.ts';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import { parseInput } from '../parse-input.ts';

/** A look costs a connection to elsewhere or the reading of two bundles. */
const config = { rateLimit: { max: 30, timeWindow: '1 minute' } };

interface LookParams extends PackageParams {
  readonly n: string;
}

/**
 * POST /packages/:id/second-looks: takes a second look 旁证 at the captured host, or at another officer's capture of the
 * same address. GET: those there are. GET /packages/:id/second-looks/:n: the n-th as a file, to be laid beside the
 * package, `<id>.second-look-<n>.json`.
 */
export function secondLooksRoute(app: FastifyInstance, context: HttpContext): void {
  const { secondLooks } = context.intake.store;
  app.post<{ Params: PackageParams }>('/packages/:id/second-looks', { config }, async (request, reply) => {
    const { kind } = parseInput(secondLookRequest, request.body);
    const row = await findPackage(context, request);
    if (row.state === 'deleted')
      throw new HttpError('PACKAGE_DELETED', `${row.id} was deleted`, { entry: row.id });
    const { file, inSeal } = await context.secondLook.take(row, kind);
    await audit(context, request, 'second-look', {
      organisation: subjectOf(request).organisation,
      subject: `package:${row.id}`,
      detail: { kind },
    });
    return reply.code(201).send({ file, inPackage: inSeal });
  });
  app.get<{ Params: PackageParams }>('/packages/:id/second-looks', async (request) => {
    const rows = await secondLooks.list(request.params.id);
    await audit(context, request, 'package-view', {
      organisation: subjectOf(request).organisation,
      subject: `package:${request.params.id}`,
    });
    return {
      secondLooks: rows.map(({ record, inSeal }) => ({ file: JSON.parse(record), inPackage: inSeal === 1 })),
    };
  });
  app.get<{ Params: LookParams }>('/packages/:id/second-looks/:n', async (request, reply) => {
    const { id, n } = request.params;
    const row = /^[1-9]\d{0,3}$/.test(n) ? (await secondLooks.list(id))[Number(n) - 1] : undefined;
    if (row === undefined) throw new HttpError('SECOND_LOOK_UNKNOWN', 'no such second look', { entry: n });
    await audit(context, request, 'second-look-download', {
      organisation: subjectOf(request).organisation,
      subject: `package:${id}`,
      detail: { n: Number(n) },
    });
    return reply
      .header('content-disposition', `attachment; filename="${id}.second-look-${n}.json"`)
      .type('application/json; charset=utf-8')
      .send(Buffer.from(canonicalFile(JSON.parse(row.record) as SecondLookFile as Json)));
  });
}
