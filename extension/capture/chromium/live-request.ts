import type { CdpResponse } from './cdp.ts';

/** A request under way, as far as it is known. */
export interface LiveRequest {
  readonly url: string;
  /** The address the page asked for and those that redirects led to, the present one included. */
  readonly asked: readonly string[];
  readonly method: string;
  readonly type: string;
  readonly session: string | undefined;
  response?: CdpResponse;
  /** Bytes of the body so far, after content-decoding. */
  received: number;
}

/** Whether an answer that ended well has a body by its kind (RFC 9110 §6.4.1). */
export function hasBody({ method, type, response }: LiveRequest): boolean {
  if (response === undefined || method === 'HEAD' || type === 'Preflight') return false;
  const { status } = response;
  return !(status > 0 && status < 200) && status !== 204 && status !== 205 && status !== 304;
}
