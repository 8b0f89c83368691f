import type { PackageReport } from '#shared/verify/verify-package';

/**
 * How long a package still proves its time:
 * - `ok`: beyond the horizon.
 * - `due`: a certificate or algorithm runs out within the horizon.
 * - `lapsed`: certificates have run out and were not renewed in time; a renewal now proves existence from now on only.
 * - `faulty`: it does not verify, so nothing is worth renewing.
 */
type RenewalState = 'ok' | 'due' | 'lapsed' | 'faulty';

export interface RenewalOutlook {
  readonly state: RenewalState;
  /** First end of a certificate or algorithm, ISO 8601, and which one. */
  readonly until?: string;
  readonly by?: string;
  /** First fault of a `faulty` one: check and code. */
  readonly fault?: string;
}

/** The outlook of a verified package; `horizon` is UTC ms. */
export function renewalOutlook({ checks, facts }: PackageReport, horizon: number): RenewalOutlook {
  const { id, protectedUntil } = facts;
  const ends = protectedUntil === undefined ? {} : { until: protectedUntil.at, by: protectedUntil.by };
  const fault = checks.find(({ status }) => status === 'fail');
  if (fault !== undefined || id === undefined || protectedUntil === undefined)
    return { state: 'faulty', ...ends, fault: `${fault?.id ?? 'container'} ${fault?.code ?? ''}`.trim() };
  const protection = checks.find((check) => check.id === 'protection');
  if (protection?.status !== 'pass') return { state: 'lapsed', ...ends };
  return { state: Date.parse(protectedUntil.at) > horizon ? 'ok' : 'due', ...ends };
}

/** `at` plus whole months, UTC; the last day of a shorter month stands for a day it does not have. */
export function monthsAfter(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
