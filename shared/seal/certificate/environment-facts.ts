import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { ItemKind } from '#shared/environment/items';
import type { Fact } from './facts.ts';
import { inspectionFact } from './inspection-fact.ts';
import { itemFacts } from './item-facts.ts';

/** What a reader weighs first; the report has the rest. */
const weighed: readonly ItemKind[] = [
  ...(['own-files', 'debuggers', 'extensions', 'clock', 'course'] as const),
  ...(['egress-address', 'proxy', 'tls', 'names', 'attestation'] as const),
];

/** The environment report in short: the inspection, and the items a reader weighs. */
export function environmentFacts(report: EnvironmentReport): Fact[] {
  return [inspectionFact(report), ...itemFacts(report, weighed)];
}
