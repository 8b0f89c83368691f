import * as v from 'valibot';
import { artefactDefinition } from '#shared/artefact/index';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { type EnvironmentReport, environmentReportSchema } from '#shared/environment/environment-report';
import { type Item, makeItem } from '#shared/environment/items';
import { sha256Hex } from '#shared/lib/sha256';
import { putArtefact } from '../../store/put-artefact.ts';
import type { CaptureRow, InspectionRow } from '../../store/rows.ts';
import { addOmission, enterStep, readCapture, updateCapture } from '../../store/update-capture.ts';
import type { FinishingContext } from '../context.ts';
import { namesItem } from './names-item.ts';
import { tlsItem } from './tls-item.ts';

/**
 * Stores `evidence/environment.json`: what the inspection found, and what was found at this capture. Run again after a
 * crash it keeps a file that is there. A report that cannot be made is an entry of the ledger, never the end of a
 * capture.
 */
export async function buildEnvironment(context: FinishingContext, capture: CaptureRow): Promise<void> {
  const { database, clock } = context;
  const { id, inspection } = capture;
  if (capture.environmentStored === true || inspection === undefined)
    return await noteAbsence(context, capture);
  await enterStep(database, clock, id, 'close-record', { at: 'environment' });
  const row = await database.inspections.get(inspection);
  const bytes = row === undefined ? undefined : await reportBytes(context, capture, row);
  if (bytes === undefined) return await noteAbsence(context, capture);
  const { kind, mediaType, path } = artefactDefinition('environment');
  if ((await database.artefacts.get([id, path(1)])) === undefined) {
    const facts = { kind, mediaType, path: path(1), bytes: bytes.length, sha256: sha256Hex(bytes) };
    const blob = new Blob([bytes], { type: mediaType });
    await putArtefact(database, clock, id, { ...facts, createdBy: 'environment' }, blob);
  }
  await updateCapture(database, clock, id, { environmentStored: true });
}

async function reportBytes(
  context: FinishingContext,
  capture: CaptureRow,
  { id, begunAt, begunBy, enforcement, operators, previous, journal, items }: InspectionRow,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const report: EnvironmentReport = {
    version: 1,
    inspection: {
      ...{ id, begunAt, begunBy, enforcement, journal, items: [...items] },
      operators: [...operators],
      previous,
    },
    items: [
      ...captureItems(context, capture),
      await tlsItem(context, capture),
      await namesItem(context, capture),
    ],
  };
  const parsed = v.safeParse(environmentReportSchema, report);
  return parsed.success
    ? canonicalFile(parsed.output as unknown as Parameters<typeof canonicalFile>[0])
    : undefined;
}

/** What was noted while the page was there, and that the rest was not. */
function captureItems({ clock }: FinishingContext, { checks = [], outcome }: CaptureRow): Item[] {
  const now = clock.now();
  const signals = outcome?.tamperSignals.map(({ signal, detail }) => ({
    signal,
    detail: detail.toWellFormed(),
  }));
  const noted = new Set(checks.map(({ kind }) => kind));
  return [
    ...checks,
    signals === undefined
      ? makeItem('debuggers', 'not-checked', now, { signals: [] })
      : makeItem('debuggers', signals.length > 0 ? 'seen' : 'none-seen', now, {
          signals: signals.slice(0, 100),
        }),
    ...(noted.has('window') ? [] : [makeItem('window', 'not-readable', now, {})]),
    ...(noted.has('course') ? [] : [makeItem('course', 'not-followed', now, { changes: [] })]),
  ];
}

async function noteAbsence(
  { database, clock }: FinishingContext,
  { id, environmentStored }: CaptureRow,
): Promise<void> {
  if (environmentStored === true) return;
  const { notCaptured } = await readCapture(database, id);
  if (notCaptured.some(({ what }) => what === 'environment')) return;
  const detail = 'no environment report could be made';
  await addOmission(database, clock, id, { what: 'environment', reason: 'engine-error', detail });
}
