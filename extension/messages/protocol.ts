import type { CaptureState, CaptureView } from '#shared/view/capture-view';
import type { WireError } from '#shared/view/error-code';

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

export type StartCapture = {
  readonly mode: 'reload' | 'as-is';
  readonly cookies: boolean;
  /** Absent: 待归案. */
  readonly caseId?: string;
  /** 证明对象. */
  readonly purpose: string;
  readonly makers: readonly Maker[];
} & (
  | { readonly tabId: number; readonly url?: undefined }
  /** The service worker opens a tab, waits until it has loaded, captures and closes it. */
  | { readonly url: string; readonly tabId?: undefined }
);

/** Records picture and sound of a tab on which a person called the extension. */
export interface StartRecording {
  readonly tabId: number;
  readonly caseId?: string;
  readonly purpose: string;
  readonly makers: readonly Maker[];
}

/** What is said between two offsets (ms from the beginning), written down by a person. */
export interface TranscriptEntry {
  readonly fromMs: number;
  readonly toMs: number;
  readonly speaker?: string;
  readonly text: string;
}

/** What each context may ask the service worker, and what it answers. JSON only; ids, never bytes. */
export interface Requests {
  pair: { request: { origin: string; code: string; name: string }; answer: ServiceState };
  'service-state': { request: object; answer: ServiceState };
  'list-cases': { request: object; answer: { cases: readonly CaseView[] } };
  'create-case': { request: { number: string; title: string }; answer: CaseView };
  /** Without `tabId`: the last active tab of a normal window that is not the extension's own. */
  precheck: { request: { tabId?: number }; answer: Precheck };
  /** Answers as soon as the number is taken and journalled; watch by `capture-state`. */
  'start-capture': { request: StartCapture; answer: { captureId: string } };
  /** Answers when recording runs. */
  'start-recording': { request: StartRecording; answer: { captureId: string } };
  /** Answers when the last chunk is stored. With sound it then waits for `finish-recording`. */
  'stop-recording': { request: { captureId: string }; answer: CaptureView };
  'add-marker': { request: { captureId: string; note: string }; answer: object };
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
