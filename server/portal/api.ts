import * as v from 'valibot';
import { errorAnswer } from '#shared/api/schemas';

/** The service refused; `code` is the interface's, or one of the two below. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const UNREACHABLE = 'SERVICE_UNREACHABLE';
const ANSWER_MALFORMED = 'SERVICE_ANSWER_MALFORMED';

/** Of the session; a page of another site cannot know it. */
let csrf = '';

export function rememberCsrf(token: string | null): void {
  csrf = token ?? '';
}

interface Request<Schema extends v.GenericSchema> {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly answer: Schema;
}

/** For answers without content. */
export const nothing = v.undefined();

/**
 * One request to the service, with this browser's session.
 * @param path below `/api/v1`.
 * @throws ApiError
 */
export async function ask<const Schema extends v.GenericSchema>(
  path: string,
  { method = 'GET', body, answer }: Request<Schema>,
): Promise<v.InferOutput<Schema>> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    credentials: 'same-origin',
    redirect: 'error',
    headers: {
      ...(csrf === '' ? {} : { 'x-csrf-token': csrf }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new ApiError(UNREACHABLE, String(cause));
  });
  const content = response.status === 204 ? undefined : await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(content, response.status);
  const parsed = v.safeParse(answer, content);
  if (!parsed.success) throw new ApiError(ANSWER_MALFORMED, parsed.issues[0].message);
  return parsed.output;
}

function refusalOf(content: unknown, status: number): ApiError {
  const refusal = v.safeParse(errorAnswer, content);
  return refusal.success
    ? new ApiError(refusal.output.error.code, refusal.output.error.message)
    : new ApiError(ANSWER_MALFORMED, `status ${status}`);
}
