import type { EnvironmentReport } from './environment-report.ts';
import type { SignedStatement } from './signed-statement.ts';

/** A signed statement with where in the report it lies. */
export interface PlacedStatement {
  readonly at: string;
  readonly signed: SignedStatement;
}

/** Every signed statement of the service that a report holds. */
export function statementsOf(report: EnvironmentReport): PlacedStatement[] {
  const found: PlacedStatement[] = [];
  for (const { kind, evidence } of [...report.inspection.items, ...report.items]) {
    if (kind === 'clock')
      for (const { observation } of evidence.samples) found.push({ at: kind, signed: observation });
    if (kind === 'recheck' && evidence.sample !== undefined)
      found.push({ at: kind, signed: evidence.sample.observation });
    if (kind === 'names' && evidence.resolution !== undefined)
      found.push({ at: kind, signed: evidence.resolution });
  }
  return found;
}
