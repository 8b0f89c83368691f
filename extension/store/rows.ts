import type { PackageAnswer } from '#shared/api/schemas';
import type { Artefact } from '#shared/artefact/artefact';
import type { FileOrigin, RegionChoice } from '#shared/artefact/choice';
import type { NotCaptured, NotCapturedReason } from '#shared/artefact/not-captured';
import type { CaptureRecord, SequenceStep } from '#shared/bundle/capture-record';
import type { CarriedChallengeFile } from '#shared/bundle/challenge';
import type { EndReason } from '#shared/environment/end-reason';
import type { Operator } from '#shared/environment/environment-report';
import type { Sighting } from '#shared/environment/inspection-end';
import type { Item } from '#shared/environment/items';
import type { JournalDetail, JournalEntry } from '#shared/journal/entry';
import type { Sha256 } from '#shared/lib/sha256';
import type { RecordingEntry } from '#shared/recording/recording-entry';
import type { Receipt } from '#shared/seal/receipt';
import type { CaptureState, StepView } from '#shared/view/capture-view';
import type { WireError } from '#shared/view/error-code';
import type { EngineEvent } from '#shared/warc/engine-event';
import type { LostHistory } from './lost-history.ts';

/** One row: this device. The private key cannot be read, only used (WebCrypto, `extractable: false`). */
export interface DeviceRow {
  readonly key: 'device';
  readonly keyPair: CryptoKeyPair;
  /** SPKI DER, base64. */
  readonly publicKey: string;
  /** First 8 hex digits of SHA-256(SPKI DER). */
  readonly deviceId: string;
  /** Newest capture number given out; 0 before the first. */
  readonly sequence: number;
  /** Histories of this browser that its storage no longer has, oldest first. */
  readonly lost?: readonly LostHistory[];
  /** Whether a person has taken note of the newest. */
  readonly lossSeen?: boolean;
}

/** One row: the service this device is paired with. */
export interface ServiceRow {
  readonly key: 'service';
  readonly origin: string;
  readonly service: string;
  readonly deviceName: string;
  /** Trust file of the operating organisation as handed over at pairing. */
  readonly trust: string;
  readonly pairedAt: number;
  /** The service's certificate for this device's key, DER as base64; absent of services that issue none. */
  readonly certificate?: string;
}

/** A journal entry with its detail; `capture` repeats `detail.capture` so that it can be indexed. */
export type JournalRow = JournalEntry & JournalDetail & { readonly capture?: string };

/** What the engine told about the page, as far as it got. */
interface OutcomeRow {
  readonly requestedUrl: string;
  readonly finalUrl: string;
  readonly title: string;
  readonly viewport: { readonly width: number; readonly height: number; readonly scale: number };
  readonly userAgent: string;
  readonly language: string;
  readonly timeZone: string;
  readonly tamperSignals: readonly { readonly signal: string; readonly detail: string }[];
  readonly cut?: NotCapturedReason;
}

/** What a person asked for when starting. */
export interface CaptureRequestRow {
  readonly mode: 'reload' | 'as-is';
  readonly cookies: boolean;
  readonly caseId?: string;
  readonly purpose: string;
  readonly makers: CaptureRecord['makers'];
  /** Absent: a page. */
  readonly kind?: 'recording' | 'region' | 'file' | 'step';
  readonly region?: RegionChoice;
  readonly file?: FileOrigin;
  readonly sequence?: SequenceStep;
  readonly requestedUrl: string;
}

/** Extension and browser, device-reported. */
export interface TakenWith {
  readonly extensionVersion: string;
  readonly userAgent: string;
  readonly language: string;
  readonly timeZone: string;
}

export interface CaptureRow {
  readonly id: string;
  readonly sequence: number;
  /** What the number was taken with. */
  readonly takenWith: TakenWith;
  readonly state: CaptureState;
  readonly request: CaptureRequestRow;
  /** UTC ms. */
  readonly startedAt: number;
  readonly closedAt?: number;
  readonly steps: readonly StepView[];
  /** Nonce of the challenge; absent when none was had. */
  readonly challenge?: Sha256;
  /** First journal entry of the segment that travels in the bundle. */
  readonly segmentFrom?: number;
  readonly engine?: CaptureRecord['engine'];
  readonly engineStarted?: boolean;
  /** UTC ms at which the engine ended or was found cut. */
  readonly engineEndedAt?: number;
  readonly outcome?: OutcomeRow;
  /** 32 hexadecimal digits that redaction salts are derived from. */
  readonly secret: string;
  readonly recording?: RecordingRow;
  /** The inspection it belongs to; absent when none could be made. */
  readonly inspection?: string;
  /** What was found of the surroundings at this capture. */
  readonly checks?: readonly Item[];
  /** The surroundings when the page was there. */
  readonly watched?: Sighting;
  readonly environmentStored?: boolean;
  readonly redactions?: CaptureRecord['redactions'];
  /** Whether WARC, index, HAR and the ledger of exchanges are complete. */
  readonly recorded?: boolean;
  readonly notCaptured: readonly NotCaptured[];
  readonly cut: boolean;
  readonly anchored: boolean;
  /** Whether the anchor has a log proof: an authority asked without the service gives none. */
  readonly anchorProof?: boolean;
  /** How the number ended without a package, and whether the service has been told. */
  readonly closing?: NumberClosing;
  readonly bundle?: { readonly sha256: Sha256; readonly bytes: number };
  readonly packageId?: string;
  /** Newest answer of the service about the package. */
  readonly package?: PackageAnswer;
  /** Where the upload goes on (tus). */
  readonly uploadUrl?: string | undefined;
  /** Newest failure of a step that is still owed, or what ended the capture. */
  readonly error?: WireError | undefined;
  /** What broke the engine part off; stays when later steps go through. */
  readonly cutBy?: WireError;
}

/** The journal entry that says that a number ended without a package. */
export interface NumberClosing {
  readonly outcome: 'discarded' | 'aborted' | 'failed';
  readonly journalSeq: number;
  readonly journalHead: Sha256;
  readonly told: boolean;
}

/** How a recording is taken. */
interface RecordingRow {
  readonly tabId: number;
  /** UTC ms of its beginning; offsets count from here by the monotonic clock. */
  readonly startedAt: number;
  /** The same moment by `deviceMono`. */
  readonly beganMono: number;
  /** Where its pictures come from. */
  readonly source: 'tab-capture' | 'screencast';
  readonly sound: boolean;
  /** Waits for the written record of its sound; a person lets it go on. */
  readonly held: boolean;
  /** Open now: what is lacking has begun to be and has not come back. */
  readonly gaps: readonly RecordingGap[];
}

/** Time of which a recording lacks something. `unwatched`: nothing looks at the tab; `hidden`: it is not in front. */
export interface RecordingGap {
  readonly kind: 'unwatched' | 'hidden';
  /** Since the recording began. */
  readonly fromMs: number;
  readonly reason: NotCapturedReason;
  readonly why: string;
}

/** One entry of a recording's chain; a chunk with its bytes. */
export interface RecordingEntryRow {
  readonly capture: string;
  readonly seq: number;
  readonly entry: RecordingEntry;
  readonly blob?: Blob;
}

/** Metadata of one stored file; its bytes lie in `blobs` under the same key. */
export interface ArtefactRow extends Artefact {
  readonly capture: string;
  /** CRC-32, taken when its bytes were at hand: a large bundle needs it before it can be laid out. */
  readonly crc32?: number;
}

/** A piece of a large bundle: bytes of its own row, or the whole stored file at `path`. */
export type BundlePart = { readonly from: number; readonly to: number } | { readonly path: string };

/** Bytes under `<capture id>/<path>`. */
export interface BlobRow {
  readonly key: string;
  readonly capture: string;
  readonly blob: Blob;
  /** Only of a large bundle, which consists of these in order; `blob` then holds what is in no other row. */
  readonly parts?: readonly BundlePart[];
}

/** An inspection 取证会话: what was found once, for all captures taken under it. */
export interface InspectionRow {
  readonly id: string;
  /** 1 for the first of this device. */
  readonly number: number;
  readonly begunAt: number;
  readonly begunBy: 'person' | 'capture';
  readonly enforcement: boolean;
  readonly operators: readonly Operator[];
  readonly previous: { readonly id: string; readonly endReason: EndReason } | null;
  /** The entry that journalled its beginning. */
  readonly journal: { readonly seq: number; readonly hash: Sha256 };
  readonly items: readonly Item[];
  readonly first: Sighting;
  readonly last: Sighting;
  readonly endedAt?: number;
  readonly endReason?: EndReason;
}

/** A response or request body, kept until its WARC is sealed. */
export interface BodyRow {
  readonly id: string;
  readonly capture: string;
  readonly sha256: Sha256;
  readonly blob: Blob;
  /** Of a body that came in pieces: how many rows of `pieces` it consists of; `blob` is empty then. */
  readonly pieces?: number;
}

/** A part of a large body, stored when it came. */
export interface PieceRow {
  readonly body: string;
  /** From 0. */
  readonly n: number;
  readonly capture: string;
  readonly blob: Blob;
}

/** Linked captures, e.g. a test purchase. */
export interface SequenceRow {
  readonly id: string;
  readonly title: string;
  readonly begunAt: number;
  readonly endedAt?: number;
  readonly steps: readonly {
    readonly capture: string;
    readonly index: number;
    readonly label: string;
    readonly labelWithdrawn?: true;
  }[];
}

/** Engine events in the order they came. */
export interface EventBatchRow {
  readonly capture: string;
  readonly batch: number;
  readonly events: readonly EngineEvent[];
}

/** Work that is still owed to a capture; gone when it is sealed, refused, failed or discarded. */
export interface JobRow {
  readonly capture: string;
  /** UTC ms of the next try. */
  readonly due: number;
  /** Failed tries of the present step. */
  readonly tries: number;
}

export interface CaseRow {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly createdAt: number;
}

/** A one-use challenge of a carried-in file. */
export interface CarriedChallengeRow {
  readonly nonce: string;
  readonly file: CarriedChallengeFile;
  /** UTC ms. */
  readonly importedAt: number;
  /** Capture it was taken for; empty until then. */
  readonly usedBy: string;
}

/** Time-stamp authorities asked when the service is away: as set in the panel, or by the administrator's policy. */
export interface AuthoritiesRow {
  readonly key: 'authorities' | 'managed-authorities';
  readonly urls: readonly string[];
  /** PEM certificates tokens must chain to; empty: a root that the token carries. */
  readonly roots: string;
}
export type SettingRow = AuthoritiesRow;

export interface ReceiptRow {
  readonly capture: string;
  readonly receipt: Receipt;
}
