import type { EnvironmentReport } from '#shared/environment/environment-report';
import { beijingTime } from '../instant.ts';
import type { Fact } from './facts.ts';
import { phrase } from './values.ts';

/** Which inspection 取证会话 the capture belongs to, by whom it was begun, and why the one before ended. */
export function inspectionFact({ inspection }: EnvironmentReport): Fact {
  const { id, begunAt, begunBy, enforcement, operators, previous } = inspection;
  return {
    label: 'inspection',
    mark: begunBy === 'person' ? 'operator-attested' : 'device-reported',
    values: [
      phrase('inspection-begun', id, beijingTime(begunAt)),
      ...(begunBy === 'capture' ? [phrase('inspection-by-capture')] : []),
      ...(enforcement
        ? [
            phrase(
              'inspection-enforcement',
              operators.map(({ name, certificate = '' }) => `${name} ${certificate}`).join(', '),
            ),
          ]
        : []),
      ...(previous === null
        ? []
        : [phrase('inspection-after', previous.id), phrase(`end-${previous.endReason}`)]),
    ],
  };
}
