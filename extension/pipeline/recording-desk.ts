import type { RecordingEvent } from '#shared/recording/recording-entry';
import type { StartRecording, TranscriptEntry } from '../messages/protocol.ts';
import { appendNote } from '../store/append-recording.ts';
import type { CaptureRow } from '../store/rows.ts';
import { enterStep, readCapture, updateCapture } from '../store/update-capture.ts';
import { requestRow } from './capture-request.ts';
import { beginRecord, takeNumber } from './challenge.ts';
import type { CapturingContext } from './context.ts';
import { endRecording } from './end-recording.ts';
import { PipelineError } from './pipeline-error.ts';

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
  mark(captureId: string, note: string): Promise<void>;
  /** Before sealing. @throws PipelineError RECORDING_NOT_RUNNING when it went on already */
  transcribe(captureId: string, entry: TranscriptEntry): Promise<void>;
  /** Lets a recording that waited for its transcript go on. */
  finish(captureId: string): Promise<void>;
  /** What happened to a tab; nothing when it is not being recorded. */
  tell(tabId: number, event: RecordingEvent): Promise<void>;
  /** Tells each recording whether its tab is in front now. */
  tellVisibility(): Promise<void>;
}

const provides = {
  video: 'yes',
  audio: 'yes',
  navigation: 'yes',
  network: 'no',
  tls: 'no',
  dom: 'no',
} as const;

/** @param ready resolves when captures of an earlier life of the worker are marked */
export function openRecordingDesk(context: CapturingContext, ready: Promise<void>): RecordingDesk {
  const { database, clock, host } = context;
  const running = async () => {
    const drafts = await database.captures.where({ state: 'draft' }).toArray();
    return drafts.filter(
      ({ recording, engineEndedAt }) => recording !== undefined && engineEndedAt === undefined,
    );
  };

  const begin = async (capture: CaptureRow, tabId: number) => {
    const { id } = capture;
    const tab = await host.tab(tabId);
    const stream = await host.tabStream(tabId);
    const { visible, muted } = tab;
    const {
      sound = false,
      width = 0,
      height = 0,
    } = await host.recorder({
      ...{ type: 'start', captureId: id, stream, visible, muted },
    });
    await enterStep(database, clock, id, 'capture');
    const outcome = {
      requestedUrl: tab.url,
      finalUrl: tab.url,
      title: tab.title,
      viewport: { width, height, scale: 1 },
      ...context.host.facts,
      tamperSignals: [],
    };
    const engine = { id: 'chromium-tab-capture', version: host.facts.userAgent.slice(0, 200), provides };
    const recording = { tabId, startedAt: clock.now(), sound, held: false };
    await updateCapture(
      database,
      clock,
      id,
      { outcome, engine, recording, engineStarted: true },
      { event: 'engine-attached' },
    );
  };

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
      if ((await running()).some(({ recording }) => recording?.tabId === tabId))
        throw new PipelineError('TAB_BUSY', 'this tab is being recorded', { entry: String(tabId) });
      const row = await requestRow(context, { ...request, mode: 'as-is', cookies: false });
      await host.tabStream(tabId);
      const reserved = await takeNumber(context, { ...row, kind: 'recording' });
      const { id } = reserved.capture;
      await host.wakeRegularly(true);
      const capture = await beginRecord(context, reserved.capture, reserved.entry);
      try {
        await begin(capture, tabId);
      } catch (error) {
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
      const { recording: still } = await host.recorder({ type: 'stop', captureId });
      // The context that recorded is gone: what it had stored is all there is.
      const after = await readCapture(database, captureId);
      if (!still && after.engineEndedAt === undefined)
        await endRecording(context, captureId, {
          error: new PipelineError('CAPTURE_CUT', 'the recorder was ended'),
        });
      if ((await readCapture(database, captureId)).recording?.held !== true) await host.finish(captureId);
    },
    mark: async (captureId, note) => {
      const { recording } = await ownRow(captureId, ({ engineEndedAt }) => engineEndedAt === undefined);
      const offsetMs = Math.max(0, clock.now() - recording.startedAt);
      const times = { at: clock.now(), mono: clock.mono() };
      await appendNote(database, captureId, {
        type: 'marker',
        ...times,
        offsetMs,
        note: note.toWellFormed(),
      });
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
      for (const { id, recording } of await running())
        if (recording?.tabId === tabId) await host.recorder({ type: 'event', captureId: id, event });
    },
    tellVisibility: async () => {
      for (const { id, recording } of await running()) {
        const tab = await host.tab(recording?.tabId ?? -1).catch(() => undefined);
        if (tab === undefined) continue;
        const event = { type: 'visibility', at: clock.now(), visible: tab.visible } as const;
        await host.recorder({ type: 'event', captureId: id, event });
      }
    },
  };
}

async function giveUp({ database, clock }: CapturingContext, id: string): Promise<void> {
  const error = { code: 'RECORDER_FAILED', message: 'the recording did not begin' } as const;
  const entry = { event: 'capture-failed', detail: { code: error.code } } as const;
  await updateCapture(database, clock, id, { state: 'failed', error, engineEndedAt: clock.now() }, entry);
}
