import type { NotCapturedReason } from '#shared/artefact/not-captured';
import type { Sha256 } from '#shared/lib/sha256';
import type { RecordingEvent } from '#shared/recording/recording-entry';
import type { CaptureCut } from '../capture/capture-cut.ts';
import type { WatchedExchange, WatchedTab, WatchTab } from '../capture/watched-tab.ts';
import { openPictureSender } from '../host/picture-channel.ts';
import { deviceMono } from '../messages/device-mono.ts';
import { closeRecordingGap, openRecordingGap } from '../store/recording-gaps.ts';
import type { RecordingGap } from '../store/rows.ts';
import type { CapturingContext } from './context.ts';
import { type OpenPictures, openPictures } from './still-pictures.ts';

/** Events of the tab go to the recorder this often; without any it is asked whether it still records. */
const FLUSH_MS = 250;
const ASK_EVERY = 20;
const RETRY_MS = 2000;

/** Looks at a tab while it is being recorded. Whatever was not watched, and from when to when, gets into the ledger. */
export interface RecordingWatch {
  readonly attached: boolean;
  /** Begins to give pictures to the recorder. Rejects when the page refuses. */
  cast(): Promise<void>;
  /** The recording runs since `beganMono`: exchanges are told from now on. */
  begin(beganMono: number): Promise<void>;
  /** What else happened to the tab now. */
  tell(event: RecordingEvent): void;
  /** Resolves when everything told so far is with the recorder. */
  close(): Promise<void>;
}

/** Why pictures cannot go on; `undefined`: the recorder has ended by itself. */
type OnOver = (cut: CaptureCut | undefined) => void;

/** Never rejects: a tab that cannot be watched is recorded all the same. */
export async function openRecordingWatch(
  context: CapturingContext,
  watchTab: WatchTab,
  { captureId, tabId }: { readonly captureId: string; readonly tabId: number },
  onOver: OnOver,
): Promise<RecordingWatch> {
  const { database, clock, host } = context;
  let tab: WatchedTab | undefined;
  let stopNetwork: (() => Promise<void>) | undefined;
  let began: number | undefined;
  let pictures: OpenPictures | undefined;
  let early: Omit<RecordingGap, 'fromMs'> | undefined;
  let events: RecordingEvent[] = [];
  let closed = false;
  let quiet = 0;
  let sending: Promise<void> = Promise.resolve();
  let storing: Promise<void> = Promise.resolve();

  const attach = async () => {
    const opened = await watchTab(tabId);
    try {
      if (began !== undefined) stopNetwork = await opened.watchNetwork(note);
      if (pictures !== undefined) await opened.castScreen(pictures.show);
    } catch (error) {
      await opened.close();
      throw error;
    }
    tab = opened;
    opened.onLoss((cut) => {
      if (tab === opened) onLoss(cut);
    });
  };
  /** Changes of the ledger, one after the other; a failed one is told by `close`. */
  const store = (change: () => Promise<void>) => {
    storing = Promise.all([storing, storing.then(change, change)]).then(() => undefined);
    storing.catch(() => undefined);
    return storing;
  };
  const sinceBegan = () => Math.max(0, deviceMono() - (began ?? deviceMono()));
  const openGap = (gap: Omit<RecordingGap, 'fromMs'>) => {
    const fromMs = sinceBegan();
    if (began === undefined) early ??= gap;
    else void store(() => openRecordingGap(database, clock, captureId, { ...gap, fromMs }));
  };
  const closeGap = (kind: RecordingGap['kind']) => {
    const untilMs = sinceBegan();
    return store(() => closeRecordingGap(database, clock, captureId, kind, untilMs));
  };
  const lookAway = (reason: NotCapturedReason, why: string) => {
    tab = undefined;
    pictures?.pause(true);
    openGap({ kind: 'unwatched', reason, why });
  };
  const onLoss = (cut: CaptureCut) => {
    if (closed) return;
    const lost = tab;
    lookAway(cut.reason, cut.message);
    void stopNetwork?.();
    void lost?.close();
    // A person who closes the browser's bar means it.
    if (cut.reason !== 'debugger-detached') void retry(cut);
    else if (pictures !== undefined) onOver(cut);
  };
  const lookedAt = () => tab;
  const retry = async (cut: CaptureCut) => {
    for (;;) {
      await context.sleep(RETRY_MS);
      if (closed || tab !== undefined) return;
      const there = await host.tab(tabId).then(
        () => true,
        () => false,
      );
      if (!there) {
        if (pictures !== undefined) onOver(cut);
        return;
      }
      try {
        await attach();
      } catch (error) {
        lookAway('refused', error instanceof Error ? error.message : String(error));
        continue;
      }
      pictures?.pause(false);
      void closeGap('unwatched');
      if (closed) await lookedAt()?.close();
      return;
    }
  };
  const note = (exchange: WatchedExchange) => {
    if (began !== undefined) events.push(networkEvent(exchange, began));
  };
  const flush = () => {
    if (began === undefined || (events.length === 0 && ++quiet < ASK_EVERY)) return sending;
    quiet = 0;
    const told = events;
    events = [];
    sending = sending.then(async () => {
      const request = { type: 'events', captureId, events: told } as const;
      const answer = await host.recorder(request).catch(() => ({ recording: false }));
      if (!answer.recording && !closed) onOver(undefined);
    });
    return sending;
  };

  const timer = setInterval(() => void flush(), FLUSH_MS);
  await attach().catch((error: unknown) => {
    lookAway('refused', error instanceof Error ? error.message : String(error));
  });
  return {
    attached: tab !== undefined,
    cast: async () => {
      pictures = openPictures(openPictureSender(captureId));
      await tab?.castScreen(pictures.show);
    },
    begin: async (beganMono) => {
      began = beganMono;
      if (early !== undefined) openGap(early);
      try {
        stopNetwork = await tab?.watchNetwork(note);
      } catch (error) {
        lookAway('refused', error instanceof Error ? error.message : String(error));
      }
    },
    tell: (event) => {
      const offsetMs = Math.max(0, Math.round(deviceMono() - (began ?? deviceMono())));
      events.push({ ...event, offsetMs });
      if (event.type !== 'visibility' || pictures === undefined) return;
      pictures.pause(!event.visible);
      if (event.visible) void closeGap('hidden');
      else openGap({ kind: 'hidden', reason: 'not-reached', why: 'the tab was not in front' });
    },
    close: async () => {
      if (closed) return await sending;
      await stopNetwork?.();
      await flush();
      closed = true;
      clearInterval(timer);
      pictures?.close();
      await closeGap('hidden');
      await closeGap('unwatched');
      await tab?.close();
    },
  };
}

function networkEvent(exchange: WatchedExchange, began: number): RecordingEvent {
  const { at, mono, url, method, status, ip, body, error } = exchange;
  return {
    type: 'network',
    at,
    offsetMs: Math.max(0, Math.round(performance.timeOrigin + mono - began)),
    url: url.slice(0, 20_000).toWellFormed(),
    method: method.slice(0, 40).toWellFormed(),
    ...(status === undefined ? {} : { status }),
    ...(ip === undefined ? {} : { ip }),
    ...(body === undefined ? {} : { bytes: body.bytes, digest: body.sha256 as Sha256 }),
    ...(body?.decodedText === true ? { decodedText: true as const } : {}),
    ...(error === undefined ? {} : { error: error.slice(0, 500).toWellFormed() }),
  };
}
