import type { Json } from '#shared/lib/canonical-json';
import type { Sha256 } from '#shared/lib/sha256';

/** What happened; closed list, kebab-case. */
export const journalEvents = [
  'device-paired',
  'pairing-refused',
  'challenge-requested',
  'challenge-received',
  'challenge-absent',
  'capture-started',
  'engine-attached',
  'engine-detached',
  'artefact-stored',
  /** One piece of a recording, hashed and stored: `{capture, index, bytes, sha256, head}`. */
  'recording-chunk-stored',
  'capture-closed',
  'capture-completed',
  'capture-aborted',
  'capture-failed',
  'capture-discarded',
  'anchor-received',
  'anchor-absent',
  'bundle-built',
  'upload-finished',
  'upload-failed',
  'receipt-received',
  'case-assigned',
  /** A chain of linked captures: `{sequence, title}`; its steps are named in their `capture-started`. */
  'sequence-begun',
  'sequence-ended',
  /** `{sequence, capture, index, label}`: the person takes the label of the last step back. */
  'sequence-label-withdrawn',
  /** An inspection 取证会话: `{inspection, report}`, the digest of what it found; `{inspection, reason}`. */
  'inspection-begun',
  'inspection-ended',
  /** A new version of the extension waits until nothing runs. */
  'update-held',
  'update-applied',
  /** A capture that was broken off; with reason `history-lost`, numbers of which the storage knows nothing any more. */
  'cut-found',
  'challenges-imported',
  /** The wall clock moved against the monotonic one, or went back behind the entry before: `{byMs}`. */
  'clock-changed',
] as const;
export type JournalEvent = (typeof journalEvents)[number];

/** The chained part of an entry; `hash` = SHA-256 over the RFC 8785 form of the other six members. */
export interface JournalEntry {
  /** From 0 at pairing, without gaps. */
  readonly seq: number;
  /** UTC milliseconds by the device clock. */
  readonly at: number;
  /** Monotonic milliseconds of the writing context. */
  readonly mono: number;
  readonly event: JournalEvent;
  /** SHA-256(salt ‖ RFC 8785 form of detail). */
  readonly detailHash: Sha256;
  /** `hash` of entry `seq − 1`; 64 zeros for the first. */
  readonly prev: Sha256;
  readonly hash: Sha256;
}

/** What the hash commits to but other cases need not show. `salt` is 32 hexadecimal digits. */
export interface JournalDetail {
  readonly salt: string;
  readonly detail: { readonly [key: string]: Json | undefined };
}

/**
 * A line of `evidence/journal.jsonl`: the entry, with its detail when it belongs to this capture.
 * Each line is the RFC 8785 form followed by LF.
 */
export type JournalLine = JournalEntry & Partial<JournalDetail>;
