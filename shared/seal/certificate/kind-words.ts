import type { CertificateText } from './text.ts';

/** Phrases of them. */
export type KindPhrase =
  | 'sequence-step'
  | 'sequence-first'
  | 'sequence-follows'
  | 'sequence-follows-failed'
  | 'sequence-withdrawn'
  | 'sequence-last'
  | 'region-element'
  | 'region-rectangle'
  | 'region-found'
  | 'region-reloaded'
  | 'region-text'
  | 'file-name'
  | 'file-size'
  | 'file-again'
  | 'file-link'
  | 'file-partial';

/** Words for captures of the kinds step, region and file. */
export interface KindWords {
  readonly labels: Pick<CertificateText['labels'], 'sequence' | 'region' | 'file'>;
  readonly captureKinds: CertificateText['captureKinds'];
  readonly artefacts: Pick<CertificateText['artefacts'], 'region' | 'region-text' | 'region-dom' | 'file'>;
  readonly whats: Pick<CertificateText['whats'], 'region' | 'file'>;
  readonly phrases: Pick<CertificateText['phrases'], KindPhrase>;
}
