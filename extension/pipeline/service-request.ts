import * as v from 'valibot';
import { errorAnswer } from '#shared/api/schemas';
import type { ErrorCode } from '#shared/view/error-code';
import { PipelineError } from './pipeline-error.ts';

export interface ServiceRequest<Answer> {
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`, e.g. `/challenges`. */
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
  readonly answer: v.GenericSchema<unknown, Answer>;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

/** Codes of the service that mean something of their own to the person here; all others are SERVICE_REFUSED. */
const meanings: Readonly<Record<string, ErrorCode>> = {
  PAIRING_CODE_WRONG: 'PAIRING_CODE_WRONG',
  PAIRING_CODE_EXPIRED: 'PAIRING_CODE_WRONG',
  PAIRING_CODE_USED: 'PAIRING_CODE_WRONG',
  PAIRING_CODE_VOID: 'PAIRING_LOCKED',
  RATE_LIMITED: 'PAIRING_LOCKED',
  DEVICE_UNKNOWN: 'DEVICE_NOT_ACCEPTED',
  DEVICE_REVOKED: 'DEVICE_NOT_ACCEPTED',
  DEVICE_SUSPENDED: 'DEVICE_NOT_ACCEPTED',
  DEVICE_ID_TAKEN: 'DEVICE_NOT_ACCEPTED',
  CASE_NUMBER_TAKEN: 'CASE_NUMBER_TAKEN',
  UPLOAD_DIGEST_MISMATCH: 'UPLOAD_BROKEN',
  // Enough for now: tried again as when there is no answer.
  TOO_MANY_REQUESTS: 'SERVICE_UNREACHABLE',
  TOO_MANY_UPLOADS: 'SERVICE_UNREACHABLE',
  DAY_LIMIT_REACHED: 'SERVICE_UNREACHABLE',
};

/**
 * One JSON exchange with the service.
 * @throws PipelineError SERVICE_UNREACHABLE when no answer came, SERVICE_ANSWER_MALFORMED when it is not what the
 * interface promises, else the code of the service's own error with that code as `entry`
 */
export async function requestService<Answer>(
  origin: string,
  { method, path, body, token, answer, timeoutMs = 15_000 }: ServiceRequest<Answer>,
  fetchFrom: typeof fetch,
): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const response = await answered(path, () =>
    fetchFrom(`${origin}/api/v1${path}`, {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await answered(path, () => response.text());
  if (!response.ok) throw serviceRefusal(path, response.status, text);
  const parsed = v.safeParse(answer, parseJson(text));
  if (parsed.success) return parsed.output;
  const fault = parsed.issues[0];
  throw new PipelineError('SERVICE_ANSWER_MALFORMED', `${path}: ${fault.message}`, {
    entry: v.getDotPath(fault) ?? path,
  });
}

/** Runs a network step; the browser's own failures become SERVICE_UNREACHABLE. */
export async function answered<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new PipelineError('SERVICE_UNREACHABLE', `${path}: the service did not answer`, {
      entry: path,
      cause,
    });
  }
}

/** The error an answer other than 2xx stands for. */
export function serviceRefusal(path: string, status: number, text: string): PipelineError {
  const parsed = v.safeParse(errorAnswer, parseJson(text));
  if (!parsed.success) {
    // A proxy that answers for a service that is down, or something else altogether.
    const code = status >= 500 ? 'SERVICE_UNREACHABLE' : 'SERVICE_ANSWER_MALFORMED';
    return new PipelineError(code, `${path}: status ${status}`, { entry: path });
  }
  const { code, message } = parsed.output.error;
  if (status >= 500) return new PipelineError('SERVICE_UNREACHABLE', `${path}: ${message}`, { entry: code });
  return new PipelineError(meanings[code] ?? 'SERVICE_REFUSED', message, { entry: code });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
