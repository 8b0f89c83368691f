import type { Sample } from './observation.ts';

/** Device clock minus service clock, in ms: the true difference lies within `offset` ± `uncertainty`. */
export interface ClockOffset {
  readonly offset: number;
  readonly uncertainty: number;
  /** Of the sample it comes from. */
  readonly roundTrip: number;
}

/**
 * The difference by the sample with the shortest round trip (Cristian's method; the service's time lies anywhere
 * within the round trip, so half of it is what remains uncertain). `undefined` without samples.
 */
export function clockOffset(
  samples: readonly Pick<Sample, 'asked' | 'roundTrip' | 'observation'>[],
): ClockOffset | undefined {
  const [best] = [...samples].sort((a, b) => a.roundTrip - b.roundTrip);
  if (best === undefined) return undefined;
  const { asked, roundTrip, observation } = best;
  const half = roundTrip / 2;
  return {
    offset: Math.round(asked + half - Date.parse(observation.statement.at)),
    uncertainty: Math.ceil(half),
    roundTrip,
  };
}
