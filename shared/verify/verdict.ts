import type { Check, Verdict } from './report.ts';

/** Faults of the container that leave nothing to judge; any other fault of it is a package that does not hold. */
const unreadable: ReadonlySet<string> = new Set([
  'NOT_A_ZIP',
  'TRUNCATED',
  'EMPTY_ARCHIVE',
  'MULTIPLE_DISKS',
  'ZIP64_MALFORMED',
  'DIRECTORY_MALFORMED',
  'DIRECTORY_TOO_LARGE',
  'ENTRY_COUNT',
  'TOO_MANY_ENTRIES',
  'LOCAL_HEADER_MISSING',
  'OUT_OF_BOUNDS',
]);

const lapsed: ReadonlySet<string> = new Set(['RENEWAL_MISSING', 'RENEWED_TOO_LATE']);

/** What only an anchor of the user can settle: who signed, when, and in which log. */
const anchored = ['trusted-signer', 'trusted-time', 'trusted-log'] as const;
/** `protection` is among them only when certificates have run out. */
export type AnchoredCheck = (typeof anchored)[number] | 'protection';

/** Which of signer, time and log no anchor of the user vouched for, or whose vouching has run out. */
export function notAnchored(checks: readonly Check[]): AnchoredCheck[] {
  const missing = anchored.filter((id) => checks.find((check) => check.id === id)?.status !== 'pass');
  const runOut = checks.some(({ id, code = '' }) => id === 'protection' && lapsed.has(code));
  return runOut ? [...missing, 'protection'] : missing;
}

/** The verdict of design §9: one fault makes it invalid; without anchors it is never valid. */
export function verdictOf(checks: readonly Check[]): Verdict {
  // In a wrapper that could be read an unreadable package is one fault among others.
  const container = checks[0]?.id === 'container' ? checks[0] : undefined;
  if (container?.status === 'fail' && unreadable.has(container.code ?? '')) return 'unreadable';
  if (checks.length === 0 || checks.some(({ status }) => status === 'fail')) return 'invalid';
  return notAnchored(checks).length === 0 ? 'valid' : 'intact';
}
