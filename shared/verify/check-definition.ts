import type { Bilingual } from './report.ts';
import type { Verification } from './verification.ts';

/** One row of the verifier's table of contents. */
export interface CheckDefinition {
  /** Stable kebab-case id. */
  readonly id: string;
  readonly proves: Bilingual;
  readonly restsOn: Bilingual;
  /** Whether a package has what this is about; otherwise there is no row. Without it there always is. */
  applies?(verification: Verification): boolean;
  /**
   * Resolves when the check holds. A CodedError is a fault of the package, `NotChecked` means that the check could
   * not be made; anything else thrown counts as a fault too, because only hostile input can cause it.
   */
  run(verification: Verification): Promise<void> | void;
}
