import type { DownloadFacts } from '../host/host.ts';
import type { CaptureSummary, DownloadView } from '../messages/protocol.ts';
import type { Handlers } from '../messages/serve-messages.ts';
import { newestInspection } from '../store/inspections.ts';
import { captureViewOf } from '../store/read/capture-view-of.ts';
import { inspectionViewOf } from '../store/read/inspection-view.ts';
import type { CaptureRow } from '../store/rows.ts';
import { readCapture } from '../store/update-capture.ts';
import { setAuthorities } from './authorities.ts';
import type { CaptureDesk } from './capture-desk.ts';
import { createCase, listCases } from './cases.ts';
import type { InspectingContext } from './context.ts';
import { importChallenges } from './import-challenges.ts';
import { offlineState } from './offline-state.ts';
import { pairDevice } from './pair-device.ts';
import { PipelineError } from './pipeline-error.ts';
import { precheck, serviceState } from './precheck.ts';
import type { RecordingDesk } from './recording-desk.ts';
import type { RegionDesk } from './region-desk.ts';
import type { SequenceDesk } from './sequence-desk.ts';

/** The parts of the service worker that act. */
export interface Desks {
  readonly desk: CaptureDesk;
  readonly recordings: RecordingDesk;
  readonly regions: RegionDesk;
  readonly sequences: SequenceDesk;
}

/** What the service worker answers; every row is one use case. */
export function createHandlers(
  context: InspectingContext,
  { desk, recordings, regions, sequences }: Desks,
): Handlers {
  const { database, host, service, inspector } = context;
  const view = async (captureId: string) => {
    const row = await readCapture(database, captureId);
    const artefacts = await database.artefacts.where({ capture: captureId }).sortBy('createdAt');
    return captureViewOf(row, artefacts);
  };
  return {
    pair: async (request) => {
      await pairDevice(context, request);
      // What waited for a service can go there now.
      void desk.hurry();
      return await serviceState(context);
    },
    'service-state': () => serviceState(context),
    'loss-seen': async () => {
      await database.device.update('device', { lossSeen: true });
      return {};
    },
    'offline-state': () => offlineState(context),
    'import-challenges': async ({ text }) => {
      await importChallenges(context, text);
      return await offlineState(context);
    },
    'set-authorities': async (request) => {
      await setAuthorities(database, 'authorities', request);
      return await offlineState(context);
    },
    'list-cases': async () => ({ cases: await listCases(context) }),
    'create-case': (request) => createCase(context, request),
    'begin-inspection': async (request) => inspectionViewOf(await inspector.begin(request)),
    'end-inspection': async () => {
      await inspector.end();
      return {};
    },
    'inspection-state': async () => {
      const newest = await newestInspection(database);
      return newest === undefined ? {} : { inspection: inspectionViewOf(newest) };
    },
    precheck: ({ tabId }) => precheck(context, tabId),
    'start-capture': async (request) => ({ captureId: await desk.start(request) }),
    'pick-region': async ({ tabId, language }) => ({ region: await regions.pick(tabId, language) }),
    'cancel-pick': async ({ tabId }) => {
      await regions.cancel(tabId);
      return {};
    },
    'list-downloads': async () => ({ downloads: (await host.downloads()).map(downloadView) }),
    'begin-sequence': async ({ title }) => ({ sequenceId: await sequences.begin(title) }),
    'add-step': async (request) => ({ captureId: await sequences.addStep(request) }),
    'withdraw-label': async ({ sequenceId }) => {
      await sequences.withdrawLabel(sequenceId);
      return {};
    },
    'end-sequence': async ({ sequenceId }) => {
      await sequences.end(sequenceId);
      return {};
    },
    'start-recording': async (request) => ({ captureId: await recordings.start(request) }),
    'stop-recording': async ({ captureId }) => {
      await recordings.stop(captureId);
      return await view(captureId);
    },
    'add-marker': async (marker) => {
      await recordings.mark(marker);
      return {};
    },
    'add-transcript': async ({ captureId, ...entry }) => {
      await recordings.transcribe(captureId, entry);
      return {};
    },
    'finish-recording': async ({ captureId }) => {
      await recordings.finish(captureId);
      return await view(captureId);
    },
    'capture-state': ({ captureId }) => view(captureId),
    'list-captures': async ({ limit = 100 }) => {
      const rows = await database.captures.orderBy('sequence').reverse().limit(limit).toArray();
      return { captures: rows.map(summaryOf) };
    },
    retry: async ({ captureId }) => {
      await desk.retry(captureId);
      return await view(captureId);
    },
    discard: async ({ captureId, reason }) => {
      await desk.discard(captureId, reason);
      return await view(captureId);
    },
    'open-package': async ({ captureId, what }) => {
      const { packageId, state } = await readCapture(database, captureId);
      if (state !== 'sealed' || packageId === undefined)
        throw new PipelineError('PACKAGE_NOT_SEALED', `${captureId} is ${state}`, { entry: captureId });
      const { origin } = await service.service();
      const fileName = what === 'package' ? `${packageId}.asice` : `${packageId}.pdf`;
      const url = `${origin}/api/v1/packages/${packageId}/${what}`;
      return { downloadId: await host.download({ url, token: await service.token(), fileName }) };
    },
  };
}

function downloadView({ id, url, path, referrer, startedAt }: DownloadFacts): DownloadView {
  return { id, url, fileName: path.split(/[\\/]/).at(-1) ?? '', page: referrer, startedAt };
}

function summaryOf({ id, state, outcome, request, startedAt, packageId }: CaptureRow): CaptureSummary {
  const summary = {
    captureId: id,
    state,
    title: outcome?.title ?? '',
    finalUrl: outcome?.finalUrl ?? request.requestedUrl,
    startedAt,
  };
  return packageId === undefined ? summary : { ...summary, packageId };
}
