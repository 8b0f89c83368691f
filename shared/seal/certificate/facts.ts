import type { ArtefactKind } from '#shared/artefact/index';
import type { NotCapturedReason, NotCapturedWhat } from '#shared/artefact/not-captured';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { BundleDefect } from '#shared/bundle/verify-bundle';
import type { Mark } from '#shared/environment/mark';
import type { Sha256 } from '#shared/lib/sha256';
import type { ServiceDefect } from '../service-defect.ts';
import type { LabelKey, PhraseKey, SectionKey } from './text.ts';

/**
 * One printed value. `text` and `digest` are printed as they are (invisible characters are already code points);
 * `instant` is UTC ms, printed as Beijing time beside UTC; `capture` is kind and mode, `defect` a defect, by their names; `phrase` is looked up in the text table and its
 * `{0}`, `{1}`, … replaced by `values`.
 */
export type FactValue =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'digest'; readonly text: string }
  | { readonly type: 'instant'; readonly at: number }
  | { readonly type: 'capture'; readonly kind: CaptureRecord['kind']; readonly mode: CaptureRecord['mode'] }
  | { readonly type: 'defect'; readonly defect: BundleDefect | ServiceDefect }
  | { readonly type: 'phrase'; readonly phrase: PhraseKey; readonly values?: readonly string[] };

export interface Fact {
  readonly label: LabelKey;
  readonly mark?: Mark;
  readonly values: readonly FactValue[];
}

export interface FactSection {
  readonly key: SectionKey;
  readonly facts: readonly Fact[];
}

export interface ArtefactFact {
  readonly path: string;
  readonly kind: ArtefactKind;
  readonly bytes: number;
  readonly sha256: Sha256;
  /** UTC ms by the device clock. */
  readonly createdAt: number;
}

/** Omissions of one cause; every entry of the record's ledger is in exactly one group. */
export interface LedgerGroup {
  readonly what: NotCapturedWhat;
  readonly reason: NotCapturedReason;
  readonly entries: readonly { readonly url?: string; readonly detail?: string }[];
}

export interface RedactionFact {
  readonly exchange: string;
  readonly field: string;
  readonly length: number;
  readonly digest: Sha256;
}

/** Everything the certificate 《电子数据固定校验报告》 states, in its order, without a word of any language. */
export interface CertificateFacts {
  readonly systemName: string;
  readonly organisation: string;
  readonly softwareVersion: string;
  readonly packageId: string;
  readonly captureId: string;
  readonly sealedAt: number;
  /** Since when the files listed are unaltered: the anchor's genTime, or without one the receipt's time. */
  readonly unchangedSince: { readonly basis: 'anchor' | 'receipt'; readonly at: number };
  /** What a reader must know before anything else, gravest first. */
  readonly warnings: readonly FactValue[];
  readonly sections: readonly FactSection[];
  readonly bundle: { readonly path: string; readonly sha256: Sha256; readonly bytes: number };
  readonly journal: { readonly path: string; readonly sha256: Sha256 };
  readonly artefacts: readonly ArtefactFact[];
  readonly ledger: readonly LedgerGroup[];
  readonly redactions: readonly RedactionFact[];
}

/** `unknown`: a token by an authority the service does not use (any more). */
type AuthorityStanding = 'self-issued' | 'configured' | 'unknown';

/** A time-stamp authority as a certificate names it. */
export interface AuthorityName {
  readonly name: string;
  readonly standing: AuthorityStanding;
}
