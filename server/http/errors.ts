import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CodedError } from '#shared/lib/errors';
import { IdentityError } from '../identity/identity-error.ts';
import { IntakeError } from '../intake/intake-error.ts';
import { isDiskFull, StoreError } from '../store/store-error.ts';
import { TrustError } from '../trust/trust-error.ts';
import { LookError } from '../witness/look-error.ts';
import { HttpError } from './http-error.ts';

type CodeOf<E> = E extends CodedError<infer Code> ? Code : never;
type PublicError = HttpError | IdentityError | IntakeError | LookError;

/** The only place where a code becomes a status. */
const statusOf: Record<CodeOf<PublicError>, number> = {
  HOST_REFUSED: 421,
  ORIGIN_REFUSED: 403,
  ROUTE_UNKNOWN: 404,
  REQUEST_MALFORMED: 400,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
  RATE_LIMITED: 429,
  TOO_MANY_REQUESTS: 429,
  TOO_MANY_UPLOADS: 429,
  DAY_LIMIT_REACHED: 429,
  CREDENTIALS_MISSING: 401,
  CSRF_REFUSED: 403,
  ROLE_FORBIDDEN: 403,
  SCOPE_MISSING: 403,
  USER_UNKNOWN: 404,
  CASE_UNKNOWN: 404,
  CASE_UNCHANGED: 409,
  CASE_VERSION_STALE: 409,
  OFFICE_UNKNOWN: 404,
  USER_NAME_TAKEN: 409,
  OWN_ROLE: 409,
  SESSION_OF_NOBODY: 404,
  TOKEN_UNKNOWN: 404,
  DEVICE_NOT_SUSPENDED: 409,
  CASE_NUMBER_TAKEN: 409,
  PACKAGE_UNKNOWN: 404,
  PACKAGE_NOT_SEALED: 409,
  PACKAGE_DELETED: 410,
  PACKAGE_NOT_DELETED: 404,
  RETENTION_NOT_OVER: 409,
  CASE_HELD: 409,
  CASE_NOT_HELD: 409,
  DELETION_NOT_REQUESTED: 409,
  DELETION_OWN_REQUEST: 403,
  DIGEST_DIFFERS: 409,
  RECEIPT_NOT_ISSUED: 409,
  SECOND_LOOK_UNKNOWN: 404,
  SECOND_LOOK_OFF: 409,
  SECOND_LOOK_NOT_YET: 409,
  SECOND_LOOK_NO_TLS: 409,
  SECOND_LOOK_HOST_UNKNOWN: 409,
  SECOND_LOOK_ADDRESS_REFUSED: 403,
  SECOND_LOOK_UNREACHABLE: 409,
  SECOND_LOOK_NO_SECOND: 409,
  RANGE_NOT_SATISFIABLE: 416,
  TILE_UNKNOWN: 404,
  NAMES_NOT_RESOLVED: 403,
  NOT_READY: 503,
  PAGES_NOT_BUILT: 503,

  PAIRING_CODE_WRONG: 403,
  PAIRING_CODE_EXPIRED: 410,
  PAIRING_CODE_USED: 410,
  PAIRING_CODE_VOID: 410,
  DEVICE_KEY_MALFORMED: 400,
  DEVICE_SIGNATURE_WRONG: 403,
  DEVICE_ID_TAKEN: 409,
  DEVICE_UNKNOWN: 404,
  DEVICE_REVOKED: 403,
  DEVICE_SUSPENDED: 403,
  NONCE_UNKNOWN: 403,
  SESSION_UNKNOWN: 401,
  DEVICE_OF_OTHER_ORGANISATION: 409,
  SIGN_IN_WRONG: 401,
  SIGN_IN_LOCKED: 429,
  TOTP_REQUIRED: 401,
  TOTP_WRONG: 403,
  INVITATION_UNKNOWN: 410,
  PAIRING_NOT_LOGGED: 503,
  SIGN_IN_STALE: 401,
  PASSKEY_REFUSED: 401,
  PASSKEY_KNOWN: 409,
  PASSKEY_UNKNOWN: 404,
  PASSKEYS_UNAVAILABLE: 409,
  TOO_MANY_PASSKEYS: 409,
  OIDC_NOT_CONFIGURED: 404,
  OIDC_UNAVAILABLE: 503,
  OIDC_FLOW_UNKNOWN: 410,
  OIDC_REFUSED: 401,
  IDENTITY_UNKNOWN: 401,
  IDENTITY_TAKEN: 409,

  CHALLENGE_NUMBER_TAKEN: 409,
  NUMBER_HAS_PACKAGE: 409,
  JOURNAL_FORK: 409,
  TIME_STAMP_FAILED: 503,
  LOG_FAILED: 503,
  WITNESSES_UNAVAILABLE: 503,
  BUILD_MANIFEST_MALFORMED: 500,

  UPLOAD_METADATA_MALFORMED: 400,
  UPLOAD_MALFORMED: 400,
  UPLOAD_OF_OTHER_DEVICE: 403,
  UPLOAD_OFFSET_CONFLICT: 409,
  UPLOAD_GONE: 410,
  UPLOAD_TOO_LARGE: 413,
  UPLOAD_FAILED: 500,
  UPLOAD_UNKNOWN: 404,
  UPLOAD_INCOMPLETE: 409,
  UPLOAD_DIGEST_MISMATCH: 422,
};

/** Faults fastify finds before a route sees the request, as our codes. */
const ofFastify: Record<string, CodeOf<HttpError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
};

export interface ErrorAnswer {
  readonly status: number;
  readonly body: {
    readonly error: { readonly code: string; readonly message: string; readonly entry?: string };
  };
}

function isPublic(error: unknown): error is PublicError {
  return (
    error instanceof HttpError ||
    error instanceof IdentityError ||
    error instanceof IntakeError ||
    error instanceof LookError
  );
}

/** A coded error for what fastify or a full disk reports; `undefined` for what nobody foresaw. */
function foreseen(error: unknown): PublicError | undefined {
  if (isPublic(error)) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const own = ofFastify[String(code)] ?? 'REQUEST_MALFORMED';
    return new HttpError(own, error instanceof Error ? error.message : 'the request is malformed');
  }
  return undefined;
}

/**
 * What an error is answered with. Anything unforeseen is 500 with the id under which it is logged and no detail;
 * a full disk says so (507), without the path.
 */
export function errorAnswer(error: unknown, logId: string): ErrorAnswer {
  const known = foreseen(error);
  if (known !== undefined) {
    const { code, message, entry } = known;
    return {
      status: statusOf[known.code],
      body: { error: { code, message, ...(entry === undefined ? {} : { entry }) } },
    };
  }
  if (isDiskFull(error))
    return {
      status: 507,
      body: { error: { code: 'DISK_FULL', message: 'the disk of the service is full' } },
    };
  if (error instanceof StoreError && error.code === 'DATABASE_UNAVAILABLE')
    return {
      status: 503,
      body: { error: { code: error.code, message: 'the database of the service does not answer' } },
    };
  // The token that holds a key, of signing or of the store, is away and will be back.
  if (error instanceof TrustError && (error.code === 'TOKEN_UNAVAILABLE' || error.code === 'PIN_REFUSED'))
    return {
      status: 503,
      body: { error: { code: error.code, message: 'a key of the service cannot be used now' } },
    };
  return { status: 500, body: { error: { code: 'INTERNAL', message: `internal error, log id ${logId}` } } };
}

/** fastify's error handler. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = errorAnswer(error, request.id);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  return reply.code(status).send(body);
}
