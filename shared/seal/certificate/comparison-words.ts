import type { CertificateText } from './text.ts';

export type ComparisonLabel = 'page-difference' | 'unexplained-text' | 'page-input';

export type ComparisonPhrase =
  | 'warn-found-only'
  | 'difference-none'
  | 'difference-title'
  | 'difference-lines'
  | 'difference-found'
  | 'difference-final'
  | 'difference-unknown'
  | 'unexplained-none'
  | 'unexplained-count'
  | 'unexplained-found-only'
  | 'unexplained-entry'
  | 'unexplained-missing'
  | 'unexplained-unknown'
  | 'unexplained-limits'
  | 'listed-in-facts'
  | 'cached-responses'
  | 'input-found'
  | 'input-final'
  | 'input-none'
  | 'input-unknown'
  | 'input-controls';

/** Words for the page beside its recorded responses and beside itself as found. */
export interface ComparisonWords {
  readonly labels: Readonly<Record<ComparisonLabel, string>>;
  readonly artefacts: Pick<
    CertificateText['artefacts'],
    'found-text' | 'visible-text' | 'page-metadata' | 'facts' | 'storage'
  >;
  readonly whats: Pick<CertificateText['whats'], 'text' | 'storage'>;
  readonly phrases: Readonly<Record<ComparisonPhrase, string>>;
}
