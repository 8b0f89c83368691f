import { parseCanonicalFile } from '#shared/bundle/canonical-file';
import { bundlePath } from '#shared/bundle/layout';
import { type Item, makeItem } from '#shared/environment/items';
import { tlsChainsSchema } from '#shared/tls/tls-chains';
import { readEvents } from '../../store/bodies.ts';
import { readBlob } from '../../store/put-artefact.ts';
import type { CaptureRow } from '../../store/rows.ts';
import type { FinishingContext } from '../context.ts';

const MAX_ORIGINS = 1000;

type Judged = Item<'tls'>['evidence']['origins'][number];

/** How each origin of the page was reached: the chains as judged at capture time, and what came over plain HTTP. */
export async function tlsItem(
  { database, clock }: FinishingContext,
  { id, outcome }: CaptureRow,
): Promise<Item<'tls'>> {
  const judged = new Map<string, Judged['verdict']>();
  if ((await database.artefacts.get([id, bundlePath.tlsChains])) !== undefined) {
    const bytes = new Uint8Array(await (await readBlob(database, id, bundlePath.tlsChains)).arrayBuffer());
    const { origins } = parseCanonicalFile(tlsChainsSchema, bytes, bundlePath.tlsChains);
    for (const { origin, verdict } of origins) judged.set(origin, verdict);
  }
  const urls = (await readEvents(database, id)).flatMap((event) =>
    event.type === 'response-received' ? [event.url] : [],
  );
  for (const url of [outcome?.finalUrl ?? '', ...urls]) {
    const { protocol, origin } = URL.canParse(url) ? new URL(url) : { protocol: '', origin: '' };
    if (protocol === 'http:' || protocol === 'ws:') judged.set(origin, 'plain-http');
    else if (protocol === 'https:' && !judged.has(origin)) judged.set(origin, 'not-checked');
  }
  const origins = [...judged]
    .map(([origin, verdict]) => ({ origin: origin.slice(0, 2000), verdict }))
    .slice(0, MAX_ORIGINS);
  return makeItem('tls', findingOf(origins), clock.now(), { origins });
}

/** The least trustworthy connection decides. */
function findingOf(origins: readonly Judged[]): Item<'tls'>['finding'] {
  const has = (wanted: Judged['verdict']) => origins.some(({ verdict }) => verdict === wanted);
  if (has('plain-http')) return 'plain-http';
  if (has('private-root')) return 'private-root';
  return has('not-checked') || origins.length === 0 ? 'not-judged' : 'public';
}
