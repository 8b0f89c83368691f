import { CodedError } from '#shared/lib/errors';
import { type ErrorCode, errorCodes, type WireError } from '#shared/view/error-code';

/** A failure of the pipeline, in the words a person is shown. */
export class PipelineError extends CodedError<ErrorCode> {}

const known: ReadonlySet<string> = new Set(errorCodes);

/** Codes of the capture engine that a person knows by another name. */
const engineCodes: Readonly<Record<string, ErrorCode>> = {
  NOT_CAPTURABLE: 'TAB_NOT_CAPTURABLE',
  CANCELLED: 'CAPTURE_CANCELLED',
};

/**
 * Any thrown value as what crosses a message or stays with a capture. Codes a person knows pass unchanged; the
 * storage's own quota error is named; everything else is INTERNAL with its message, for the log.
 */
export function wireError(error: unknown): WireError {
  if (isQuotaError(error)) return { code: 'QUOTA_EXCEEDED', message: messageOf(error) };
  if (error instanceof CodedError) {
    const code = engineCodes[error.code] ?? (known.has(error.code) ? (error.code as ErrorCode) : 'INTERNAL');
    const message = code === 'INTERNAL' ? `${error.code}: ${error.message}` : error.message;
    return { code, message, ...(error.entry === undefined ? {} : { entry: error.entry }) };
  }
  if (isDexieError(error)) return { code: 'STORE_FAILED', message: messageOf(error) };
  return { code: 'INTERNAL', message: messageOf(error) };
}

/** Dexie wraps the browser's QuotaExceededError as `inner` of an AbortError, more than once deep. */
function isQuotaError(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if (at.name === 'QuotaExceededError') return true;
    at = 'inner' in at ? at.inner : at.cause;
  }
  return false;
}

function isDexieError(error: unknown): boolean {
  return error instanceof Error && 'inner' in error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
