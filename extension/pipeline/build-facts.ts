import * as v from 'valibot';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { type PageState, pageFacts } from '#shared/fact/page-facts';
import { type PageMetadata, pageMetadataSchema } from '#shared/fact/page-metadata';
import { reduceExchanges } from '#shared/warc/reduce-exchanges';
import { readBody, readEvents } from '../store/bodies.ts';
import { readBlob } from '../store/put-artefact.ts';
import type { ArtefactRow, CaptureRow } from '../store/rows.ts';
import { enterStep } from '../store/update-capture.ts';
import type { FinishingContext } from './context.ts';
import { putOnce } from './put-once.ts';
import { recordedTexts } from './recorded-texts.ts';

const CREATED_BY = 'page-facts';

/**
 * `evidence/facts.json`: compares the page with the recorded responses and with itself as found. Everything it reads
 * is stored, so a run that was cut short is run again and makes the same bytes. Recordings have no such file.
 */
export async function buildFacts(context: FinishingContext, capture: CaptureRow): Promise<void> {
  const { database, clock } = context;
  const { id } = capture;
  const artefacts = await database.artefacts.where({ capture: id }).sortBy('createdAt');
  const of = (kind: ArtefactRow['kind']) => artefacts.filter((row) => row.kind === kind);
  if (of('page-metadata').length === 0 || of('facts').length > 0) return;
  await enterStep(database, clock, id, 'network-record', { at: 'facts' });
  const metadata = await Promise.all(of('page-metadata').map((row) => readMetadata(context, row)));
  const state = async (moment: PageMetadata['moment'], texts: readonly ArtefactRow[]) => {
    const known = metadata.find((each) => each.moment === moment);
    return known === undefined ? undefined : pageState(context, known, texts);
  };
  const found = await state('found', of('found-text'));
  const final = await state('final', of('visible-text'));
  const exchanges = reduceExchanges(await readEvents(database, id));
  const earlier = capture.notCaptured.some(({ what }) => what === 'earlier-exchanges');
  const recorded = recordedTexts(exchanges, (stored) => readBody(database, stored));
  const facts = await pageFacts({
    ...(found === undefined ? {} : { found }),
    ...(final === undefined ? {} : { final }),
    ...(earlier || recorded.bodies === 0 ? {} : { recorded }),
    reloaded: capture.request.mode === 'reload' && !earlier,
    cachedUrls: exchanges
      .filter(({ response }) => response !== undefined && response.source !== 'network')
      .map(({ url }) => url),
    changedControls: await changedControls(context, of('forms')[0]),
  });
  const blob = new Blob([canonicalFile(facts)], { type: 'application/json' });
  await putOnce(context, capture, 'facts', blob, CREATED_BY);
}

async function readText({ database }: FinishingContext, { capture, path }: ArtefactRow): Promise<string> {
  return (await readBlob(database, capture, path)).text();
}

async function readMetadata(context: FinishingContext, row: ArtefactRow): Promise<PageMetadata> {
  return v.parse(pageMetadataSchema, JSON.parse(await readText(context, row)));
}

async function pageState(
  context: FinishingContext,
  { title, userActive, url }: PageMetadata,
  texts: readonly ArtefactRow[],
): Promise<PageState> {
  const frames = await Promise.all(
    texts.map(async (row) => ({
      url: String(row.about?.url ?? url),
      lines: (await readText(context, row)).split('\n').filter((line) => line !== ''),
    })),
  );
  return { title, userActive, frames };
}

const formsSchema = v.object({
  frames: v.array(v.object({ controls: v.array(v.object({ initial: v.optional(v.string()) })) })),
});

/** Controls whose value is not the one the page was delivered with; by hand or by a script. */
async function changedControls(context: FinishingContext, row: ArtefactRow | undefined): Promise<number> {
  if (row === undefined) return 0;
  const { frames } = v.parse(formsSchema, JSON.parse(await readText(context, row)));
  return frames.flatMap(({ controls }) => controls).filter(({ initial }) => initial !== undefined).length;
}
