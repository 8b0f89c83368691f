import type { ArtefactKind } from '#shared/artefact/index';
import type { NotCapturedReason, NotCapturedWhat } from '#shared/artefact/not-captured';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { BundleDefect } from '#shared/bundle/verify-bundle';
import type { ItemKind } from '#shared/environment/items';
import type { Mark } from '#shared/environment/mark';
import type { ServiceDefect } from '../service-defect.ts';
import type { ComparisonLabel, ComparisonPhrase } from './comparison-words.ts';
import type { EnvironmentPhrase } from './environment-phrase.ts';
import type { KindPhrase } from './kind-words.ts';
import type { NumberingLabel, NumberingPhrase } from './numbering-words.ts';
import type { SecondLookLabel, SecondLookPhrase } from './second-look-words.ts';

/** Sections of the certificate, in the order of the Wuxi template (DB3202/T 1024—2021): law.md §3.7. */
export type SectionKey = 'subject' | 'network' | 'environment' | 'time' | 'process' | 'fixation' | 'receipt';

export type LabelKey =
  | SecondLookLabel
  | NumberingLabel
  | ComparisonLabel
  | `item-${ItemKind}`
  | 'inspection'
  | 'makers'
  | 'device'
  | 'case'
  | 'capture'
  | 'purpose'
  | 'submitted-at'
  | 'requested-url'
  | 'final-url'
  | 'title'
  | 'source'
  | 'target-address'
  | 'connection'
  | 'egress-address'
  | 'proxy-and-hosts'
  | 'cache'
  | 'browser'
  | 'locale'
  | 'viewport'
  | 'extension'
  | 'tamper-signals'
  | 'cleanliness'
  | 'processes'
  | 'environment-report'
  | 't0'
  | 't1'
  | 'interval'
  | 'before-anchor'
  | 'clock-offset'
  | 'received-at'
  | 'sealed-at'
  | 'method'
  | 'engine'
  | 'device-times'
  | 'provides'
  | 'recording'
  | 'sequence'
  | 'region'
  | 'file'
  | 'bundle'
  | 'bundle-digest'
  | 'journal-digest'
  | 'verdict'
  | 'defects'
  | 'receipt-log'
  | 'witnesses'
  | 'open-challenges'
  | 'previous-seal'
  | 'signer'
  | 'seal-authority';

export type PhraseKey =
  | SecondLookPhrase
  | NumberingPhrase
  | ComparisonPhrase
  | EnvironmentPhrase
  | 'unchanged-since-anchor'
  | 'unchanged-since-receipt'
  | 'warn-plain-http'
  | 'warn-private-root'
  | 'warn-non-public'
  | 'warn-self-issued-signer'
  | 'warn-self-issued-time'
  | 'warn-no-challenge'
  | 'warn-no-anchor'
  | 'warn-cut'
  | 'warn-forkable'
  | 'no-maker'
  | 'device'
  | 'unassigned'
  | 'not-stated'
  | 'source-public'
  | 'source-local-file'
  | 'source-loopback'
  | 'source-private'
  | 'not-recorded'
  | 'connection-plain'
  | 'connection-tls'
  | 'root-public'
  | 'root-private'
  | 'root-not-checked'
  | 'egress-not-recorded'
  | 'not-readable-from-browser'
  | 'cache-bypassed'
  | 'cache-as-is'
  | 'cache-reload-failed'
  | 't0-rests'
  | 't0-absent'
  | 't1-rests'
  | 't1-absent'
  | 'interval'
  | 'interval-unknown'
  | 'before-anchor'
  | 'before-receipt'
  | 'clock-between'
  | 'clock-unknown'
  | 'engine'
  | 'provides-yes'
  | 'provides-partial'
  | 'provides-no'
  | 'recording-extent'
  | 'recording-tokens'
  | 'recording-gap'
  | 'recording-hidden'
  | 'recording-muted'
  | 'recording-silent'
  | 'recording-text'
  | 'recording-marker'
  | 'recording-network'
  | 'recording-dropped'
  | KindPhrase
  | 'verdict-accepted'
  | 'verdict-refused'
  | 'none'
  | 'logged'
  | 'no-witness'
  | 'witnessed-by'
  | 'no-open-challenge'
  | 'open-challenge'
  | 'open-challenges-unknown'
  | 'first-of-chain'
  | 'self-issued'
  | 'unknown'
  | 'configured';

type HeadingKey =
  | 'title'
  | 'intro'
  | 'package'
  | 'capture-id'
  | 'system'
  | 'warnings'
  | 'picture'
  | 'no-picture'
  | 'qr'
  | 'artefacts'
  | 'artefacts-note'
  | 'path'
  | 'kind'
  | 'bytes'
  | 'created'
  | 'ledger'
  | 'ledger-empty'
  | 'ledger-note'
  | 'redactions'
  | 'redactions-empty'
  | 'redactions-counted'
  | 'verify'
  | 'proves'
  | 'does-not-prove'
  | 'marks'
  | 'signature-office'
  | 'signature-date'
  | 'page'
  | 'instant'
  | 'entries';

/** All words of the certificate in one language. Placeholders are `{0}`, `{1}`, …. */
export interface CertificateText {
  readonly headings: Readonly<Record<HeadingKey, string>>;
  readonly sections: Readonly<Record<SectionKey, string>>;
  readonly labels: Readonly<Record<LabelKey, string>>;
  readonly phrases: Readonly<Record<PhraseKey, string>>;
  readonly marks: Readonly<Record<Mark, string>>;
  readonly artefacts: Readonly<Record<ArtefactKind, string>>;
  readonly whats: Readonly<Record<NotCapturedWhat, string>>;
  readonly reasons: Readonly<Record<NotCapturedReason, string>>;
  readonly defects: Readonly<Record<BundleDefect | ServiceDefect, string>>;
  readonly captureKinds: Readonly<Record<CaptureRecord['kind'], string>>;
  readonly captureModes: Readonly<Record<CaptureRecord['mode'], string>>;
  /** Paragraphs. */
  readonly verify: readonly string[];
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
}

/** `template` with each `{n}` replaced by the n-th value; a value is never scanned again. */
export function fill(template: string, values: readonly string[] = []): string {
  return template.replace(/\{(\d+)\}/g, (_, index: string) => values[Number(index)] ?? '');
}
