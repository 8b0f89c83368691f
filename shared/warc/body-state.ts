import type { Exchange } from './exchange.ts';

/**
 * What there is of a response body. `none`: the answer has none by its kind (RFC 9110 §6.4.1). `missing`: there
 * should be one, and it is not stored; so it is with every redirect, whose body engines do not tell.
 */
export type BodyState = 'exact' | 'decoded-text' | 'none' | 'missing';

/** Judges one exchange. A WebSocket has messages and no body. */
export function bodyState({ method, resourceType, response, body }: Exchange): BodyState {
  if (body !== undefined) return body.fidelity;
  if (response === undefined) return 'missing';
  const { status, headers } = response;
  const bodiless = status < 200 || status === 204 || status === 205 || status === 304;
  if (bodiless || method === 'HEAD' || resourceType === 'preflight' || resourceType === 'websocket')
    return 'none';
  const length = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return length?.trim() === '0' ? 'none' : 'missing';
}
