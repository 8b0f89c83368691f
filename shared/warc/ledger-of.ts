import type { NotCaptured, NotCapturedReason, NotCapturedWhat } from '#shared/artefact/not-captured';
import { bodyState } from './body-state.ts';
import type { Exchange } from './exchange.ts';

interface Cause {
  readonly reason: NotCapturedReason;
  readonly detail: string;
}

/** Limits of `evidence/capture.json`. */
const MAX_URL = 20_000;
const MAX_DETAIL = 2000;

/**
 * The ledger of the exchanges: one entry for each URL and cause without a good body, in order of first appearance.
 * Status ≥ 400 is `http-status`, although that body is stored. A request that came to nothing (failed, cancelled,
 * still loading) has no entry when the same method and URL was answered well in the same capture. Redirects have
 * none: the next hop speaks for them.
 */
export function ledgerOf(exchanges: readonly Exchange[]): NotCaptured[] {
  const answered = new Set(exchanges.filter(isGood).map(resourceOf));
  const entries = new Map<string, { entry: NotCaptured; times: number }>();
  for (const exchange of exchanges) {
    const cause = causeOf(exchange);
    if (cause === undefined) continue;
    if (isUnanswered(exchange) && answered.has(resourceOf(exchange))) continue;
    const what = whatOf(exchange);
    const key = `${what} ${cause.reason} ${exchange.url}`;
    const known = entries.get(key);
    if (known !== undefined) known.times++;
    else entries.set(key, { entry: { what, url: exchange.url.slice(0, MAX_URL), ...cause }, times: 1 });
  }
  return [...entries.values()].map(({ entry, times }) => ({
    ...entry,
    detail: `${entry.detail}${times > 1 ? `; ${times} requests` : ''}`.slice(0, MAX_DETAIL),
  }));
}

/** A missing `/favicon.ico` is nothing the page asked for: browsers try it of their own accord. */
function whatOf({ resourceType, url }: Exchange): NotCapturedWhat {
  if (resourceType === 'websocket') return 'websocket';
  return resourceType === 'other' && /^https?:\/\/[^/]+\/favicon\.ico$/.test(url) ? 'favicon' : 'resource';
}

function resourceOf({ method, url }: Exchange): string {
  return `${method} ${url}`;
}

function isGood(exchange: Exchange): boolean {
  return exchange.outcome === 'complete' && causeOf(exchange) === undefined;
}

function isUnanswered({ outcome }: Exchange): boolean {
  return outcome !== 'complete';
}

function causeOf(exchange: Exchange): Cause | undefined {
  const { outcome, resourceType, response, omission } = exchange;
  if (outcome === 'redirected' || resourceType === 'preflight') return undefined;
  const error = exchange.error ?? '';
  if (outcome === 'blocked') return { reason: 'blocked', detail: error };
  if (outcome === 'cancelled') return { reason: 'cancelled', detail: error };
  if (outcome === 'failed') return { reason: 'request-failed', detail: error };
  const missing = bodyState(exchange) === 'missing';
  if (response !== undefined && response.status >= 400)
    return { reason: 'http-status', detail: `${response.status}${missing ? ', body not stored' : ''}` };
  if (outcome === 'open')
    return resourceType === 'websocket' && response !== undefined
      ? undefined
      : { reason: 'still-loading', detail: response === undefined ? 'no answer yet' : 'body incomplete' };
  if (omission !== undefined) return { reason: omission.reason, detail: omission.detail ?? '' };
  return missing ? { reason: 'body-failed', detail: 'the engine gave no body' } : undefined;
}
