import type { FastifyInstance } from 'fastify';
import type { HttpContext } from '../http-context.ts';

/** GET /crl: the revocation list of the signer's authority, DER, public (RFC 5280 §4.2.1.13). */
export function crlRoute(app: FastifyInstance, { trust }: HttpContext): void {
  app.get('/crl', async (_request, reply) => reply.type('application/pkix-crl').send(await trust.crl()));
}
