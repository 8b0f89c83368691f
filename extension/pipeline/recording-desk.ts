import type { RecordingEvent } from '#shared/recording/recording-entry';
import type { CaptureCut } from '../capture/capture-cut.ts';
import type { WatchTab } from '../capture/watched-tab.ts';
import { deviceMono } from '../messages/device-mono.ts';
import type { NewMarker, StartRecording, TranscriptEntry } from '../messages/protocol.ts';
import { appendNote } from '../store/append-recording.ts';
import { closeRecordingGap } from '../store/recording-gaps.ts';
import type { CaptureRow } from '../store/rows.ts';
import { addOmission, enterStep, readCapture, updateCapture } from '../store/update-capture.ts';
import { beginRecorder } from './begin-recorder.ts';
import { requestRow } from './capture-request.ts';
import { beginRecord, takeNumber } from './challenge.ts';
import type { CapturingContext, InspectingContext } from './context.ts';
import { endRecording } from './end-recording.ts';
import { PipelineError } from './pipeline-error.ts';
import { recordingBegun } from './recording-begun.ts';
import { openRecordingWatch, type RecordingWatch } from './recording-watch.ts';
import { runningRecordings } from './running-recordings.ts';

/** The service worker's part of recordings: begins and ends them, and tells the recorder what happens to the tab. */
export interface RecordingDesk {
  /**
   * @throws HostError RECORDING_NOT_ALLOWED and what `CaptureDesk.start` throws: then no number is taken
   * @returns when recording runs
   */
  start(request: StartRecording): Promise<string>;
  /** Resolves when the last chunk is stored. @throws PipelineError RECORDING_NOT_RUNNING */
  stop(captureId: string): Promise<void>;
  /** @throws PipelineError RECORDING_NOT_RUNNING */
  mark(marker: NewMarker): Promise<void>;
  /** Before sealing. @throws PipelineError RECORDING_NOT_RUNNING when it went on already */
  transcribe(captureId: string, entry: TranscriptEntry): Promise<void>;
  /** Lets a recording that waited for its transcript go on. */
  finish(captureId: string): Promise<void>;
  /** What happened to a tab; nothing when it is not being recorded. */
  tell(tabId: number, event: RecordingEvent): Promise<void>;
  /** Tells each recording whether its tab is in front now. */
  tellVisibility(): Promise<void>;
}

/** @param ready resolves when captures of an earlier life of the worker are marked */
export function openRecordingDesk(
  context: InspectingContext,
  watchTab: WatchTab,
  marked: Promise<void>,
): RecordingDesk {
  const { database, clock, host, inspector } = context;
  const watches = new Map<string, RecordingWatch>();

  const watch = async (captureId: string, tabId: number) => {
    const opened = await openRecordingWatch(context, watchTab, { captureId, tabId }, (cut) => {
      void endWatch(captureId).then(() => overBy(captureId, cut));
    });
    watches.set(captureId, opened);
    return opened;
  };
  const endWatch = async (captureId: string) => {
    const found = watches.get(captureId);
    watches.delete(captureId);
    await found?.close();
  };
  /** The recorder is told why it gets no more pictures, or has ended by itself and is asked what it left. */
  const overBy = async (captureId: string, cut: CaptureCut | undefined) => {
    if (cut !== undefined) {
      const code = cut.reason === 'debugger-detached' ? 'DEBUGGER_DETACHED' : 'TAB_CLOSED';
      await host.recorder({ type: 'stop', captureId, cut: { code, message: cut.message } });
    }
    await endOrphan(captureId);
  };
  /** The context that recorded is gone: what it had stored is all there is. */
  const endOrphan = async (captureId: string) => {
    const { recording: still } = await host.recorder({ type: 'is-recording', captureId });
    if (still || (await readCapture(database, captureId)).engineEndedAt !== undefined) return;
    const error = new PipelineError('CAPTURE_CUT', 'the recorder was ended');
    await endRecording(context, captureId, { error });
    await host.finish(captureId);
  };

  const begin = async ({ id: captureId }: CaptureRow, request: StartRecording) => {
    const opened = await watch(captureId, request.tabId);
    const begun = await beginRecorder(context, opened, captureId, request);
    await enterStep(database, clock, captureId, 'capture');
    const change = recordingBegun(host.facts, clock.now(), begun, opened.attached);
    await updateCapture(database, clock, captureId, change, { event: 'engine-attached' });
    await opened.begin(begun.beganMono);
  };

  /** After a new start of the worker: its tabs are watched again, and the time between is in the ledger. */
  const resumed = marked.then(async () => {
    for (const { id, recording } of await runningRecordings(database)) {
      const { tabId, beganMono, source } = recording;
      const untilMs = deviceMono() - beganMono;
      await closeRecordingGap(database, clock, id, 'unwatched', untilMs);
      const detail = `until ${(untilMs / 1000).toFixed(1)} s: the service worker was ended`;
      const whats = source === 'screencast' ? (['network', 'recording'] as const) : (['network'] as const);
      for (const what of whats)
        await addOmission(database, clock, id, { what, reason: 'debugger-detached', detail });
      const opened = await watch(id, tabId);
      if (source === 'screencast') await opened.cast();
      await opened.begin(beganMono);
    }
  });
  // A tab that cannot be watched again keeps nobody from being asked to stop.
  const ready = resumed.catch(() => undefined);

  const ownRow = async (captureId: string, wanted: (row: CaptureRow) => boolean) => {
    await ready;
    const row = await readCapture(database, captureId);
    const { recording } = row;
    if (recording === undefined || row.state !== 'draft' || !wanted(row))
      throw new PipelineError('RECORDING_NOT_RUNNING', `${captureId} is ${row.state}`, { entry: captureId });
    return { row, recording };
  };

  return {
    start: async (request) => {
      await ready;
      const { tabId } = request;
      if ((await runningRecordings(database)).some(({ recording }) => recording.tabId === tabId))
        throw new PipelineError('TAB_BUSY', 'this tab is being recorded', { entry: String(tabId) });
      const { silent: _, ...asked } = request;
      const row = await requestRow(context, { ...asked, mode: 'as-is', cookies: false });
      if (request.silent !== true) await host.tabStream(tabId);
      const reserved = await takeNumber(context, { ...row, kind: 'recording' });
      const { id } = reserved.capture;
      await host.wakeRegularly(true);
      const inspected = inspector.forCapture(reserved.capture);
      const capture = await beginRecord(context, reserved.capture, reserved.entry);
      try {
        await begin(capture, request);
        await inspected;
        await inspector.atPage(id, tabId);
      } catch (error) {
        await endWatch(id);
        await giveUp(context, id);
        throw error;
      }
      return id;
    },
    stop: async (captureId) => {
      const { recording } = await ownRow(captureId, ({ engineEndedAt }) => engineEndedAt === undefined);
      const tab = await host.tab(recording.tabId).catch(() => undefined);
      if (tab !== undefined)
        await updateCapture(database, clock, captureId, ({ outcome }) =>
          outcome === undefined ? {} : { outcome: { ...outcome, finalUrl: tab.url, title: tab.title } },
        );
      await inspector.afterPage(captureId);
      await endWatch(captureId);
      await host.recorder({ type: 'stop', captureId });
      await endOrphan(captureId);
      if ((await readCapture(database, captureId)).recording?.held !== true) await host.finish(captureId);
    },
    mark: async ({ captureId, note, pressedAt = deviceMono() }) => {
      const { recording } = await ownRow(captureId, ({ engineEndedAt }) => engineEndedAt === undefined);
      const offsetMs = Math.max(0, Math.round(Math.min(pressedAt, deviceMono()) - recording.beganMono));
      const times = { at: clock.now(), mono: clock.mono() };
      const marker = { type: 'marker', ...times, offsetMs, note: note.toWellFormed() } as const;
      await appendNote(database, captureId, marker);
    },
    transcribe: async (captureId, { text, speaker, fromMs, toMs }) => {
      await ownRow(
        captureId,
        ({ engineEndedAt, recording }) => engineEndedAt === undefined || recording?.held === true,
      );
      const said = { fromMs, toMs, text: text.toWellFormed() };
      const by = speaker === undefined ? {} : { speaker: speaker.toWellFormed() };
      const times = { at: clock.now(), mono: clock.mono() };
      await appendNote(database, captureId, { type: 'transcript', ...times, ...said, ...by });
    },
    finish: async (captureId) => {
      const { recording } = await ownRow(captureId, ({ engineEndedAt }) => engineEndedAt !== undefined);
      await updateCapture(database, clock, captureId, { recording: { ...recording, held: false } });
      await host.finish(captureId);
    },
    tell: async (tabId, event) => {
      await ready;
      for (const { id, recording } of await runningRecordings(database))
        if (recording.tabId === tabId) watches.get(id)?.tell(event);
    },
    tellVisibility: async () => {
      await ready;
      for (const { id, recording } of await runningRecordings(database)) {
        const tab = await host.tab(recording.tabId).catch(() => undefined);
        if (tab !== undefined)
          watches.get(id)?.tell({ type: 'visibility', at: clock.now(), visible: tab.visible });
      }
    },
  };
}

async function giveUp({ database, clock }: CapturingContext, id: string): Promise<void> {
  const error = { code: 'RECORDER_FAILED', message: 'the recording did not begin' } as const;
  const entry = { event: 'capture-failed', detail: { code: error.code } } as const;
  await updateCapture(database, clock, id, { state: 'failed', error, engineEndedAt: clock.now() }, entry);
}
