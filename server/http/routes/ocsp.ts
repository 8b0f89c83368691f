import type { FastifyInstance, FastifyReply } from 'fastify';
import { fromBase64 } from '#shared/lib/base64';
import type { HttpContext } from '../http-context.ts';
import { HttpError } from '../http-error.ts';

const REQUEST_TYPE = 'application/ocsp-request';
/** Requests are about 100 bytes; signed ones a few kB. */
const REQUEST_LIMIT = 16 * 1024;

/** POST /ocsp and GET /ocsp/<base64>: the OCSP responder of the signer's authority, public (RFC 6960 appendix A). */
export function ocspRoute(app: FastifyInstance, { trust }: HttpContext): void {
  const answer = async (reply: FastifyReply, request: Uint8Array) =>
    reply.type('application/ocsp-response').send(await trust.respondToOcspRequest(request));
  app.register(async (scope) => {
    scope.addContentTypeParser(
      REQUEST_TYPE,
      { parseAs: 'buffer', bodyLimit: REQUEST_LIMIT },
      (_, body, done) => done(null, body),
    );
    scope.post<{ Body: unknown }>('/ocsp', (request, reply) => {
      if (!(request.body instanceof Uint8Array))
        throw new HttpError('MEDIA_TYPE_UNSUPPORTED', `send ${REQUEST_TYPE}`, { entry: 'content-type' });
      return answer(reply, request.body);
    });
    scope.get<{ Params: { '*': string } }>('/ocsp/*', (request, reply) =>
      answer(reply, requestOf(request.params['*'])),
    );
  });
}

function requestOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new HttpError('REQUEST_MALFORMED', 'the request is not base64', { entry: 'ocsp', cause });
  }
}
