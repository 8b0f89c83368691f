import { itemOf } from '#shared/environment/environment-report';
import { seconds } from '../instant.ts';
import type { FactValue } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { phrase } from './values.ts';

/** What a reader must know of the device and its surroundings before anything else. */
export function environmentWarnings({ environment }: CertificateInput['bundle']): FactValue[] {
  const list: FactValue[] = [];
  if (environment === undefined) return list;
  const clock = itemOf(environment, 'clock');
  if (clock?.finding === 'off') list.push(phrase('warn-clock-off', seconds(clock.evidence.offset ?? 0)));
  if (itemOf(environment, 'own-files')?.finding === 'unknown') list.push(phrase('warn-unknown-build'));
  if (itemOf(environment, 'names')?.finding === 'differ') list.push(phrase('warn-names-differ'));
  return list;
}
