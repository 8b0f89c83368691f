import type { FileOrigin, RegionChoice } from '#shared/artefact/choice';
import type { AttestationId } from '#shared/environment/attestations';
import type { CaptureState, CaptureView } from '#shared/view/capture-view';
import type { WireError } from '#shared/view/error-code';
import type { InspectionView } from '#shared/view/inspection-view';
import type { Language } from '#shared/view/language';

/** A person who made the record; `certificate` is the number of 执法证. */
export interface Maker {
  readonly name: string;
  readonly certificate?: string;
  readonly role?: string;
}

export interface ServiceState {
  readonly paired: boolean;
  /** 8 hex digits of the device key digest. */
  readonly device: string;
  /** Name the person gave this device. */
  readonly deviceName?: string;
  readonly origin?: string;
  /** The service's own name. */
  readonly service?: string;
  readonly reachable: boolean;
  /** Device clock minus service clock in ms, half the round trip taken off. */
  readonly clockOffset?: number;
  readonly roundTrip?: number;
}

/** What a device can do without its service. */
export interface OfflineState {
  /** Carried-in challenges not used yet. */
  readonly challenges: number;
  readonly authorities: readonly string[];
  /** PEM certificates tokens must chain to; empty: a root that the token carries. */
  readonly roots: string;
  /** Set by the administrator's policy: cannot be changed here. */
  readonly managed: boolean;
}

interface CaseView {
  readonly id: string;
  readonly number: string;
  readonly title: string;
}

const precheckWarnings = [
  'plain-http',
  'not-public',
  'local-file',
  'still-loading',
  'debugger-attached',
  'devtools-open',
  'clock-offset',
  'storage-low',
] as const;
export type PrecheckWarning = (typeof precheckWarnings)[number];

export interface Precheck {
  readonly tabId: number;
  readonly url: string;
  readonly title: string;
  readonly capturable: boolean;
  /** Why not, when it is not capturable. */
  readonly obstacle?: WireError;
  readonly warnings: readonly PrecheckWarning[];
  readonly service: ServiceState;
}

export interface CaptureSummary {
  readonly captureId: string;
  readonly state: CaptureState;
  readonly title: string;
  readonly finalUrl: string;
  readonly startedAt: number;
  readonly packageId?: string;
}

interface CaptureOptions {
  readonly mode: 'reload' | 'as-is';
  readonly cookies: boolean;
  /** Absent: 待归案. */
  readonly caseId?: string;
  /** 证明对象. */
  readonly purpose: string;
  readonly makers: readonly Maker[];
  /** Absent: a page. */
  readonly kind?: 'page' | 'region' | 'file';
  /** Of kind `region`: what `pick-region` answered. */
  readonly region?: RegionChoice;
  /** Of kind `file`: where it was offered. */
  readonly file?: FileOrigin;
}

export type StartCapture = CaptureOptions &
  (
    | { readonly tabId: number; readonly url?: undefined }
    /** The service worker opens a tab, waits until it has loaded, captures and closes it. */
    | { readonly url: string; readonly tabId?: undefined }
  );

/** One step of a sequence: a page that is captured, its label, and whether the person says that none follows. */
export type AddStep = StartCapture & {
  readonly kind?: undefined;
  readonly sequenceId: string;
  readonly label: string;
  readonly last?: boolean;
};

/** A download of this browser, newest first. */
export interface DownloadView {
  readonly id: number;
  readonly url: string;
  readonly fileName: string;
  /** Page that offered it, empty when the browser does not say. */
  readonly page: string;
  /** UTC ms. */
  readonly startedAt: number;
}

/** Records picture and sound of a tab on which a person called the extension. */
export interface StartRecording {
  readonly tabId: number;
  readonly caseId?: string;
  readonly purpose: string;
  readonly makers: readonly Maker[];
  /** Pictures only, by way of the debugger: needs no call of the extension on that tab. */
  readonly silent?: boolean;
}

/** A mark while watching. `pressedAt`: when a person pressed, by `deviceMono`; absent: now. */
export interface NewMarker {
  readonly captureId: string;
  readonly note: string;
  readonly pressedAt?: number;
}

/** What is said between two offsets (ms from the beginning), written down by a person. */
export interface TranscriptEntry {
  readonly fromMs: number;
  readonly toMs: number;
  readonly speaker?: string;
  readonly text: string;
}

/** Begins an inspection 取证会话, which every capture after it belongs to. */
export interface BeginInspection {
  readonly operators: readonly Maker[];
  /** Law enforcement: two operators with the numbers of their 执法证. */
  readonly enforcement: boolean;
  /** The sentences a person put a mark to, and in which language they were shown. */
  readonly attested: readonly AttestationId[];
  readonly language: 'zh' | 'en';
}

/** What each context may ask the service worker, and what it answers. JSON only; ids, never bytes. */
export interface Requests {
  pair: { request: { origin: string; code: string; name: string }; answer: ServiceState };
  'service-state': { request: object; answer: ServiceState };
  /** A person has read what the browser's storage lost. */
  'loss-seen': { request: object; answer: object };
  'offline-state': { request: object; answer: OfflineState };
  /** `text`: a signed file of one-use challenges. */
  'import-challenges': { request: { text: string }; answer: OfflineState };
  'set-authorities': { request: { urls: readonly string[]; roots: string }; answer: OfflineState };
  'list-cases': { request: object; answer: { cases: readonly CaseView[] } };
  'create-case': { request: { number: string; title: string }; answer: CaseView };
  'begin-inspection': { request: BeginInspection; answer: InspectionView };
  'end-inspection': { request: object; answer: object };
  /** The newest one, open or not; absent before the first. */
  'inspection-state': { request: object; answer: { inspection?: InspectionView } };
  /** Without `tabId`: the last active tab of a normal window that is not the extension's own. */
  precheck: { request: { tabId?: number }; answer: Precheck };
  /** Answers as soon as the number is taken and journalled; watch by `capture-state`. */
  'start-capture': { request: StartCapture; answer: { captureId: string } };
  /**
   * Lets the person choose a region or a link on the page. Answers when it is chosen.
   * Rejects with REGION_NOT_CHOSEN after Escape, after `cancel-pick`, or when nothing is chosen in time.
   */
  'pick-region': { request: { tabId: number; language: Language }; answer: { region: RegionChoice } };
  'cancel-pick': { request: { tabId: number }; answer: object };
  'list-downloads': { request: object; answer: { downloads: readonly DownloadView[] } };
  'begin-sequence': { request: { title: string }; answer: { sequenceId: string } };
  /** As `start-capture`, once the step before is closed. */
  'add-step': { request: AddStep; answer: { captureId: string } };
  'withdraw-label': { request: { sequenceId: string }; answer: object };
  'end-sequence': { request: { sequenceId: string }; answer: object };
  /** Answers when recording runs. */
  'start-recording': { request: StartRecording; answer: { captureId: string } };
  /** Answers when the last chunk is stored. With sound it then waits for `finish-recording`. */
  'stop-recording': { request: { captureId: string }; answer: CaptureView };
  'add-marker': { request: NewMarker; answer: object };
  'add-transcript': { request: { captureId: string } & TranscriptEntry; answer: object };
  'finish-recording': { request: { captureId: string }; answer: CaptureView };
  'capture-state': { request: { captureId: string }; answer: CaptureView };
  'list-captures': { request: { limit?: number }; answer: { captures: readonly CaptureSummary[] } };
  /** Tries a failed or waiting step at once instead of at its next turn. */
  retry: { request: { captureId: string }; answer: CaptureView };
  discard: { request: { captureId: string; reason: string }; answer: CaptureView };
  /** Downloads the sealed package or its certificate through the browser. */
  'open-package': {
    request: { captureId: string; what: 'package' | 'certificate' };
    answer: { downloadId: number };
  };
}
export type RequestType = keyof Requests;

/** `chrome.runtime.sendMessage({to: 'service-worker', type: 'capture-state', body: {captureId}})` */
export interface Message<Type extends RequestType = RequestType> {
  readonly to: 'service-worker';
  readonly type: Type;
  readonly body: Requests[Type]['request'];
}

/** What `sendMessage` resolves to. */
export type Reply<Type extends RequestType = RequestType> =
  | { readonly ok: true; readonly value: Requests[Type]['answer'] }
  | { readonly ok: false; readonly error: WireError };
