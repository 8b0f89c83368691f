import type { PackageState } from '#shared/api/schemas';
import type { ArtefactKind } from '#shared/artefact/index';
import type { NotCaptured } from '#shared/artefact/not-captured';
import type { CaptureRecord, SequenceStep } from '#shared/bundle/capture-record';
import type { Sha256 } from '#shared/lib/sha256';
import type { WireError } from './error-code.ts';

/**
 * Where a capture stands; each state says what is safe.
 * `draft`: number taken, the engine runs. `captured`: everything stored and the record closed. `anchored`: time-stamp
 * asked for (held or journalled as absent). `bundled`: WACZ signed and stored. `uploaded`: the service has every byte.
 * `sealed`, `refused`: the service's signed receipt is stored. `failed`: nothing that could be sealed came about.
 * `discarded`: a person gave it up with a reason; number and journal stay.
 */
const captureStates = [
  'draft',
  'captured',
  'anchored',
  'bundled',
  'uploaded',
  'sealed',
  'refused',
  'failed',
  'discarded',
] as const;
export type CaptureState = (typeof captureStates)[number];

/** The steps a person watches, in this order. Seal steps of the service are listed apart, by its own names. */
const captureSteps = [
  'challenge',
  'open-page',
  'capture',
  'network-record',
  'close-record',
  'anchor',
  'bundle',
  'upload',
  'intake',
  'seal',
] as const;
export type CaptureStep = (typeof captureSteps)[number];

export interface StepView {
  readonly step: CaptureStep;
  /** What the step does just now, by the engine's own word, e.g. `tiles`. */
  readonly at?: string;
  readonly done?: number;
  readonly total?: number;
  /** UTC ms. */
  readonly startedAt: number;
  readonly endedAt?: number;
}

export interface ArtefactView {
  readonly kind: ArtefactKind;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: Sha256;
}

/** Everything a watcher of one capture needs, as JSON. Times are UTC ms by the device clock. */
export interface CaptureView {
  readonly captureId: string;
  readonly sequence: number;
  readonly state: CaptureState;
  readonly kind: CaptureRecord['kind'];
  readonly mode: 'reload' | 'as-is';
  /** Of a step. */
  readonly sequenceStep?: SequenceStep;
  readonly requestedUrl: string;
  readonly finalUrl: string;
  readonly title: string;
  readonly caseId?: string;
  readonly startedAt: number;
  readonly closedAt?: number;
  /** Steps begun so far; the last one without `endedAt` is running. */
  readonly steps: readonly StepView[];
  readonly artefacts: readonly ArtefactView[];
  readonly notCaptured: readonly NotCaptured[];
  /** Whether the capture ended early; what had been stored is kept and sealed. */
  readonly cut: boolean;
  readonly challenged: boolean;
  readonly anchored: boolean;
  readonly bundle?: { readonly sha256: Sha256; readonly bytes: number };
  readonly packageId?: string;
  readonly packageState?: PackageState;
  /** The service's own seal steps. */
  readonly seal: { readonly done: readonly string[]; readonly steps: readonly string[] };
  readonly sealed?: { readonly sha256: Sha256; readonly bytes: number };
  /** Newest failure. With a state other than `failed` and `refused` the step is tried again. */
  readonly error?: WireError;
}
