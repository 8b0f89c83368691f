import type { CaptureRecord } from '#shared/bundle/capture-record';
import { captureRecordBytes } from '#shared/bundle/capture-record-json';
import { bundlePath } from '#shared/bundle/layout';
import { type ClosingFacts, closeCapture } from '../store/close-capture.ts';
import { ensureDevice } from '../store/ensure-device.ts';
import type { ArtefactRow, CaptureRow, CaseRow, DeviceRow } from '../store/rows.ts';
import { enterStep } from '../store/update-capture.ts';
import { captureMethods, silentRecordingMethod } from './capture-methods.ts';
import type { FinishingContext } from './context.ts';
import { PipelineError } from './pipeline-error.ts';

/** Limits of the schema; a longer text is cut there, the whole one lies in DOM and WARC. */
const MAX = { url: 20_000, title: 2000, detail: 2000, ledgerDetail: 2000 } as const;

/** Writes `evidence/capture.json` and closes the journal segment. @throws PipelineError BUNDLE_FAILED */
export async function closeRecord(context: FinishingContext, capture: CaptureRow): Promise<void> {
  const { database, clock } = context;
  await enterStep(database, clock, capture.id, 'close-record');
  const device = await ensureDevice(database);
  const service = await database.service.get('service');
  const caseId = capture.request.caseId;
  const filedIn = caseId === undefined ? undefined : await database.cases.get(caseId);
  const about = { device, deviceName: service?.deviceName ?? '', filedIn };
  await closeCapture(database, clock, capture.id, (facts) => recordBytes(facts, about));
}

interface About {
  readonly device: DeviceRow;
  readonly deviceName: string;
  readonly filedIn: CaseRow | undefined;
}

function recordBytes(facts: ClosingFacts, about: About): Uint8Array<ArrayBuffer> {
  try {
    return captureRecordBytes(captureRecord(facts, about));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('BUNDLE_FAILED', `capture record: ${message}`, {
      entry: bundlePath.captureRecord,
      cause,
    });
  }
}

function captureRecord(
  { capture, artefacts, closedAt, clockChanges }: ClosingFacts,
  about: About,
): CaptureRecord {
  const { request, outcome, engine, notCaptured } = capture;
  const { device, deviceName, filedIn } = about;
  return {
    version: 1,
    id: capture.id,
    device: { id: device.deviceId, publicKey: device.publicKey, name: deviceName },
    case: filedIn === undefined ? null : { id: filedIn.id, number: filedIn.number, title: filedIn.title },
    kind: request.kind ?? 'page',
    mode: request.mode,
    url: {
      requested: request.requestedUrl.slice(0, MAX.url),
      final: (outcome?.finalUrl ?? request.requestedUrl).slice(0, MAX.url),
    },
    title: wellFormed(outcome?.title ?? '', MAX.title),
    startedAt: capture.startedAt,
    closedAt,
    engine: engine ?? { id: 'none', version: '', provides: {} },
    challenge: capture.challenge ?? null,
    inspection: capture.environmentStored === true ? (capture.inspection ?? null) : null,
    environment: environmentOf(capture),
    tamperSignals: (outcome?.tamperSignals ?? []).map(({ signal, detail }) => ({
      signal,
      detail: wellFormed(detail, MAX.detail),
    })),
    clockChanges: clockChanges.map((change) => ({ ...change })),
    artefacts: artefacts.map(artefactEntry),
    notCaptured: notCaptured.map((omission) => ({
      ...omission,
      ...(omission.url === undefined ? {} : { url: omission.url.slice(0, MAX.url) }),
      ...(omission.detail === undefined ? {} : { detail: wellFormed(omission.detail, MAX.ledgerDetail) }),
    })),
    redactions: [...(capture.redactions ?? [])],
    makers: [...request.makers],
    method: methodOf(capture),
    purpose: request.purpose,
    ...(request.sequence === undefined ? {} : { sequence: request.sequence }),
  };
}

function methodOf({ request, recording }: CaptureRow): string {
  if (recording?.source === 'screencast') return silentRecordingMethod;
  return captureMethods[request.kind ?? 'page'];
}

function environmentOf({ outcome, takenWith }: CaptureRow): CaptureRecord['environment'] {
  const { userAgent, language, timeZone } = outcome ?? takenWith;
  const viewport = outcome?.viewport ?? { width: 0, height: 0, scale: 1 };
  return { userAgent, language, timeZone, viewport, extensionVersion: takenWith.extensionVersion };
}

function artefactEntry(row: ArtefactRow): CaptureRecord['artefacts'][number] {
  const { kind, path, mediaType, bytes, sha256, createdAt, createdAtMono, createdBy, about } = row;
  const entry = { kind, path, mediaType, bytes, sha256, createdAt, createdAtMono, createdBy };
  return about === undefined ? entry : { ...entry, about: { ...about } };
}

/** Pages may hold lone surrogates, which JSON cannot (RFC 8785 §3.2.2): U+FFFD stands for them. */
function wellFormed(text: string, max: number): string {
  return text.slice(0, max).toWellFormed();
}
