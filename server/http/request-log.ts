import { type FastifyError, type FastifyReply, type FastifyRequest, LogController } from 'fastify';

/**
 * One line for each answered request: the route's pattern instead of its URL, and no address, so that logs carry no
 * personal data. Errors are logged where they become an answer.
 */
export class RequestLog extends LogController {
  constructor() {
    super({ disableRequestLogging: true });
  }

  override requestCompleted(
    _error: FastifyError | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { method, routeOptions, log } = request;
    const ms = Math.round(reply.elapsedTime);
    log.info({ method, route: routeOptions.url ?? 'unknown', status: reply.statusCode, ms }, 'answered');
  }
}
