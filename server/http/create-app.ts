import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { authorise } from './authorise.ts';
import { handleError } from './errors.ts';
import { createGuard } from './guard.ts';
import type { HttpContext } from './http-context.ts';
import { HttpError } from './http-error.ts';
import { limitRequests } from './limit-requests.ts';
import { RequestLog } from './request-log.ts';
import { anchorsRoute } from './routes/anchors.ts';
import { auditRoute } from './routes/audit.ts';
import { carriedChallengesRoute } from './routes/carried-challenges.ts';
import { caseRoute } from './routes/case.ts';
import { casesRoute } from './routes/cases.ts';
import { challengesRoute } from './routes/challenges.ts';
import { closingsRoute } from './routes/closings.ts';
import { correctionsRoute } from './routes/corrections.ts';
import { crlRoute } from './routes/crl.ts';
import { devicesRoute } from './routes/devices.ts';
import { downloadsRoute } from './routes/downloads.ts';
import { healthRoute } from './routes/health.ts';
import { invitationsRoute } from './routes/invitations.ts';
import { logRoute } from './routes/log.ts';
import { meRoute } from './routes/me.ts';
import { metricsRoute } from './routes/metrics.ts';
import { nameResolutionsRoute } from './routes/name-resolutions.ts';
import { observationsRoute } from './routes/observations.ts';
import { ocspRoute } from './routes/ocsp.ts';
import { oidcRoute } from './routes/oidc.ts';
import { openApiRoute } from './routes/openapi.ts';
import { organisationsRoute } from './routes/organisations.ts';
import { ownSessionsRoute } from './routes/own-sessions.ts';
import { ownTokensRoute } from './routes/own-tokens.ts';
import { packageEventsRoute } from './routes/package-events.ts';
import { packagesRoute } from './routes/packages.ts';
import { pagesRoute } from './routes/pages.ts';
import { pairingRoute } from './routes/pairing.ts';
import { pairingCodesRoute } from './routes/pairing-codes.ts';
import { passkeysRoute } from './routes/passkeys.ts';
import { retentionRoute } from './routes/retention.ts';
import { secondLooksRoute } from './routes/second-looks.ts';
import { sessionsRoute } from './routes/sessions.ts';
import { signInRoute } from './routes/sign-in.ts';
import { timeRoute } from './routes/time.ts';
import { trustFileRoute } from './routes/trust-file.ts';
import { uploadsRoute } from './routes/uploads.ts';
import { usersRoute } from './routes/users.ts';

type Route = (app: FastifyInstance, context: HttpContext) => void;

const apiRoutes: readonly Route[] = [
  signInRoute,
  invitationsRoute,
  meRoute,
  ownSessionsRoute,
  ownTokensRoute,
  passkeysRoute,
  oidcRoute,
  organisationsRoute,
  usersRoute,
  devicesRoute,
  pairingCodesRoute,
  pairingRoute,
  sessionsRoute,
  casesRoute,
  caseRoute,
  correctionsRoute,
  retentionRoute,
  secondLooksRoute,
  auditRoute,
  challengesRoute,
  carriedChallengesRoute,
  closingsRoute,
  anchorsRoute,
  uploadsRoute,
  packagesRoute,
  packageEventsRoute,
  downloadsRoute,
  logRoute,
  timeRoute,
  observationsRoute,
  nameResolutionsRoute,
  openApiRoute,
];
const rootRoutes: readonly Route[] = [
  pagesRoute,
  healthRoute,
  metricsRoute,
  trustFileRoute,
  crlRoute,
  ocspRoute,
];

/** Requests but uploads are small JSON. */
const BODY_LIMIT = 64 * 1024;

/**
 * The HTTP edge, not listening yet.
 * @param before called before any route is there; a test adds hooks.
 */
export async function createApp(
  context: HttpContext,
  { logger = false, ...server }: Pick<FastifyServerOptions, 'logger' | 'serverFactory'> = {},
  before: (app: FastifyInstance) => void = () => undefined,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    trustProxy: [...context.trustedProxies],
    // fastify's defaults turn {"a": 1} into "1" and drop unknown members silently; routes parse with valibot.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    logController: new RequestLog(),
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    logger,
    ...server,
  });
  app.setErrorHandler(handleError);
  // First, so that refusals carry them too.
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    frameguard: { action: 'deny' },
    // It binds every port of a name, other programs' too: whoever owns the name decides, at the proxy.
    strictTransportSecurity: false,
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.addHook('onRequest', createGuard(context));
  authorise(app, context);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) =>
      new HttpError('RATE_LIMITED', `too many requests; again in ${Math.ceil(ttl / 1000)} s`),
  });
  limitRequests(app, context.limits);
  app.setNotFoundHandler(() => {
    throw new HttpError('ROUTE_UNKNOWN', 'no such route');
  });
  before(app);
  for (const route of rootRoutes) route(app, context);
  await app.register(
    async (api) => {
      for (const route of apiRoutes) route(api, context);
    },
    { prefix: '/api/v1' },
  );
  return app;
}
