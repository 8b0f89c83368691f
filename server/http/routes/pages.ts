import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';
import type { PageFile } from '../open-pages.ts';

const paths = ['/', '/sign-in', '/invitation', '/security', '/pair', '/devices', '/oidc/callback'] as const;

/** Nothing inline, nothing from elsewhere; no page is framed and no form leaves without our script. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** The pages people use in a browser: one document for all of them, and its parts below /assets. */
export function pagesRoute(app: FastifyInstance, { pages }: HttpContext): void {
  for (const path of paths) app.get(path, (request, reply) => send(request, reply, pages?.index, 'no-cache'));
  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) => {
    const { file } = request.params;
    const found = pages?.assets.get(file);
    if (pages !== undefined && found === undefined)
      throw new HttpError('ROUTE_UNKNOWN', 'no such file', { entry: file });
    // Their names hold a digest of their content.
    return send(request, reply, found, 'public, max-age=31536000, immutable');
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile | undefined,
  cacheControl: string,
): FastifyReply {
  if (file === undefined) throw new HttpError('PAGES_NOT_BUILT', 'the pages are not built: npm run setup');
  reply
    .header('content-security-policy', policy)
    .header('cache-control', cacheControl)
    .header('etag', file.etag)
    .type(file.mediaType);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  return reply.send(file.bytes);
}
