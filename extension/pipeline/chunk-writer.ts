import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import type { RecordingEvent } from '#shared/recording/recording-entry';
import { browserPorts } from '../host/browser-ports.ts';
import { appendChunk } from '../store/append-recording.ts';
import { anchorRecording } from './anchor-recording.ts';
import type { FinishingContext } from './context.ts';

/** About half a minute between two tokens. */
const ANCHOR_EVERY = 6;

export interface ChunkWriter {
  /** Stores `bytes` as the next chunk; resolves when it is stored. Nothing is kept here. */
  write(bytes: Blob, facts?: { readonly peak?: number; readonly droppedFrames?: number }): Promise<void>;
  /** A piece without bytes: its time is covered by no chunk. */
  pass(): void;
  /** What happened to the tab; goes into the next chunk. */
  note(event: RecordingEvent): void;
  /** Resolves when everything given so far is stored and stamped. @throws the first failure to store */
  close(): Promise<void>;
}

/** Writes the chunks of one recording one after the other, and has their chain stamped every few of them. */
export function openChunkWriter(
  context: FinishingContext,
  capture: string,
  tab: { readonly visible: boolean; readonly muted: boolean },
): ChunkWriter {
  const { database, clock } = context;
  const began = clock.mono();
  let { visible, muted } = tab;
  let events: RecordingEvent[] = [];
  let reached = 0;
  let written = 0;
  let tokens = 0;
  let head: { hash: Sha256; stamped: boolean } | undefined;
  let queue: Promise<void> = Promise.resolve();
  let stamping: Promise<void> = Promise.resolve();

  const stamp = () => {
    stamping = stamping.then(async () => {
      if (head === undefined || head.stamped) return;
      const stamped = head;
      stamped.stamped = true;
      if (await anchorRecording(context, capture, stamped.hash, tokens + 1)) tokens++;
    });
  };
  return {
    note: (event) => {
      events.push(event);
      if (event.type === 'visibility') visible = event.visible;
      if (event.type === 'mute') muted = event.muted;
    },
    pass: () => {
      reached = Math.max(reached, Math.round(clock.mono() - began));
    },
    write: (blob, facts = {}) => {
      // Taken now: what happens while this chunk is being hashed belongs to the next.
      const toMs = Math.max(reached, Math.round(clock.mono() - began));
      const chunk = { fromMs: reached, toMs, visible, muted, events, ...facts };
      reached = toMs;
      events = [];
      queue = queue.then(async () => {
        const bytes = new Uint8Array(await blob.arrayBuffer());
        const sha256 = toHex(await browserPorts.sha256(bytes)) as Sha256;
        const { hash } = await appendChunk(
          database,
          clock,
          capture,
          { ...chunk, bytes: bytes.length, sha256 },
          blob,
        );
        head = { hash, stamped: false };
        if (++written % ANCHOR_EVERY === 0) stamp();
      });
      return queue;
    },
    close: async () => {
      await queue;
      stamp();
      await stamping;
    },
  };
}
