import type { CaptureSummary } from '../messages/protocol.ts';
import type { Handlers } from '../messages/serve-messages.ts';
import { captureViewOf } from '../store/read/capture-view-of.ts';
import type { CaptureRow } from '../store/rows.ts';
import { readCapture } from '../store/update-capture.ts';
import type { CaptureDesk } from './capture-desk.ts';
import { createCase, listCases } from './cases.ts';
import type { CapturingContext } from './context.ts';
import { pairDevice } from './pair-device.ts';
import { PipelineError } from './pipeline-error.ts';
import { precheck, serviceState } from './precheck.ts';
import type { RecordingDesk } from './recording-desk.ts';

/** What the service worker answers; every row is one use case. */
export function createHandlers(
  context: CapturingContext,
  desk: CaptureDesk,
  recordings: RecordingDesk,
): Handlers {
  const { database, host, service } = context;
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
    'list-cases': async () => ({ cases: await listCases(context) }),
    'create-case': (request) => createCase(context, request),
    precheck: ({ tabId }) => precheck(context, tabId),
    'start-capture': async (request) => ({ captureId: await desk.start(request) }),
    'start-recording': async (request) => ({ captureId: await recordings.start(request) }),
    'stop-recording': async ({ captureId }) => {
      await recordings.stop(captureId);
      return await view(captureId);
    },
    'add-marker': async ({ captureId, note }) => {
      await recordings.mark(captureId, note);
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
