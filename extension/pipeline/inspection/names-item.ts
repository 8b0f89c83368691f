import * as v from 'valibot';
import { type Item, makeItem } from '#shared/environment/items';
import { hostName, MAX_HOSTS, nameResolutionSchema } from '#shared/environment/name-resolution';
import { namesAgree } from '#shared/environment/names-agree';
import { readEvents } from '../../store/bodies.ts';
import type { CaptureRow } from '../../store/rows.ts';
import type { FinishingContext } from '../context.ts';
import { freshNonce, requireOurAnswer } from './sample-service.ts';

const TIMEOUT_MS = 8000;
const MAX_ADDRESSES = 50;

/**
 * The addresses the page's hosts were connected to, beside what the service's resolvers answer for the same names;
 * asked only where the service said that its operator allows it.
 */
export async function namesItem(context: FinishingContext, capture: CaptureRow): Promise<Item<'names'>> {
  const { database, clock, service } = context;
  const hosts = connectedHosts(await readEvents(database, capture.id), capture.outcome?.finalUrl ?? '');
  const unchecked = (why: NonNullable<Item<'names'>['evidence']['why']>) =>
    makeItem('names', 'not-checked', clock.now(), { hosts, why });
  if (hosts.length === 0) return unchecked('no-names');
  if (!(await isAllowed(context, capture))) return unchecked('not-allowed');
  try {
    const nonce = freshNonce();
    const body = { nonce, hosts: hosts.map(({ host }) => host) };
    const resolution = await service.ask({
      ...{ method: 'POST', path: '/name-resolutions', answer: nameResolutionSchema, timeoutMs: TIMEOUT_MS },
      body,
    });
    await requireOurAnswer(context, resolution, nonce);
    const judged = hosts.map((one) => {
      const agrees = namesAgree(one, resolution);
      return agrees === undefined ? one : { ...one, agrees };
    });
    const known = judged.flatMap((one) => ('agrees' in one ? [one.agrees] : []));
    const finding = known.length === 0 ? 'not-checked' : known.includes(false) ? 'differ' : 'agree';
    const why = known.length === 0 ? ({ why: 'unknown-names' } as const) : {};
    return makeItem('names', finding, clock.now(), { hosts: judged, resolution, ...why });
  } catch {
    return unchecked('no-answer');
  }
}

/** The page's own host first. */
function connectedHosts(events: Awaited<ReturnType<typeof readEvents>>, finalUrl: string) {
  const found = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.type !== 'response-received' || event.remoteAddress === undefined || event.remoteAddress === '')
      continue;
    const host = hostOf(event.url);
    if (host !== undefined)
      found.set(host, (found.get(host) ?? new Set()).add(event.remoteAddress.slice(0, 64)));
  }
  const own = hostOf(finalUrl);
  return [...found]
    .sort(([a], [b]) => Number(b === own) - Number(a === own))
    .slice(0, MAX_HOSTS)
    .map(([host, addresses]) => ({ host, connected: [...addresses].slice(0, MAX_ADDRESSES) }));
}

function hostOf(url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
  return host !== 'localhost' && v.is(hostName, host) ? host : undefined;
}

/** Whether the service said so when last seen. */
async function isAllowed(
  { database }: FinishingContext,
  { inspection = '', checks = [] }: CaptureRow,
): Promise<boolean> {
  const row = await database.inspections.get(inspection);
  return [...(row?.items ?? []), ...checks].some(
    (item) =>
      (item.kind === 'clock' &&
        item.evidence.samples.some(({ observation }) => observation.statement.resolvesNames)) ||
      (item.kind === 'recheck' && item.evidence.sample?.observation.statement.resolvesNames === true),
  );
}
