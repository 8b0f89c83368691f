/** How one check ended. `not-checked` is never success: the headline counts it. */
export type CheckStatus = 'pass' | 'fail' | 'not-checked';

/** A sentence in both languages of the product. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface Check {
  /** Stable kebab-case id, e.g. `container`, `bundle-manifest`, `seal-signature`. */
  readonly id: string;
  readonly status: CheckStatus;
  /** SCREAMING_SNAKE code of the fault, or of the reason why it was not checked. */
  readonly code?: string;
  /** The entry at fault. */
  readonly entry?: string;
  readonly proves: Bilingual;
  readonly restsOn: Bilingual;
}

/**
 * `valid`: every check that a user-given trust anchor allows passed. `intact`: nothing failed, but signer, time or
 * log were not verified against an anchor of the user. `invalid`: something failed. `unreadable`: not a container.
 */
export type Verdict = 'valid' | 'intact' | 'invalid' | 'unreadable';

/** Result of verifying one sealed package (design §10). */
export interface VerificationReport {
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Names of the user-given anchors that a check rested on. */
  readonly anchors: readonly string[];
}
