import { HttpError } from './http-error.ts';

/** tus-js and our own client speak this version; the library answers 412 to any other. */
export const TUS_VERSION = '1.0.0';

type TusCode = ConstructorParameters<typeof HttpError>[0];

/** Our code for each status the tus library throws with. */
const codeOfStatus: Record<number, TusCode> = {
  400: 'UPLOAD_MALFORMED',
  403: 'UPLOAD_MALFORMED',
  404: 'UPLOAD_GONE',
  409: 'UPLOAD_OFFSET_CONFLICT',
  410: 'UPLOAD_GONE',
  413: 'UPLOAD_TOO_LARGE',
  412: 'UPLOAD_MALFORMED',
  501: 'UPLOAD_MALFORMED',
};

/** Our code for a status of the tus library. */
export function tusCodeOf(status: number): TusCode {
  return codeOfStatus[status] ?? 'UPLOAD_FAILED';
}

/** The tus library throws plain `{status_code, body}` objects; everything else passes unchanged. */
export function fromTusError(error: unknown): unknown {
  const { status_code: status, body } = error as { status_code?: unknown; body?: unknown };
  if (typeof status !== 'number' || typeof body !== 'string') return error;
  return new HttpError(tusCodeOf(status), body.trim());
}
