import { CLOCK_TOLERANCE_MS } from './clock-tolerance.ts';
import type { EndReason } from './end-reason.ts';
import type { Operator } from './environment-report.ts';

/** An inspection holds for four hours (design §5). */
export const INSPECTION_MS = 4 * 3_600_000;

/** What was seen of the surroundings at one moment; `undefined` where nothing could be seen. */
export interface Sighting {
  /** UTC ms by the device clock. */
  readonly at: number;
  /** By the monotonic clock, ms; comparable only within one `life`. */
  readonly mono: number;
  /** Names one life of the context that looked. */
  readonly life: string;
  /** Device clock minus service clock, ms, and how far off that may be. */
  readonly offset?: { readonly offset: number; readonly uncertainty: number };
  /** As the service saw it. */
  readonly egress?: string;
  /** Kind of connection and proxy settings. */
  readonly network: string;
  /** Other extensions with versions, on or off. */
  readonly extensions?: string;
  /** Version of our own. */
  readonly software: string;
  /** Origin of the paired service. */
  readonly service?: string;
}

export interface OpenInspection {
  readonly begunAt: number;
  readonly operators: readonly Operator[];
  /** When it was begun. */
  readonly first: Sighting;
  /** The newest one. */
  readonly last: Sighting;
}

/**
 * Why an open inspection is over, if it is. What could not be seen now, or could not then, is no change.
 * @param operators of the capture about to begin; `undefined` when none is
 */
export function inspectionEnd(
  { begunAt, operators: begunBy, first, last }: OpenInspection,
  now: Sighting,
  operators?: readonly Operator[],
): EndReason | undefined {
  if (now.service !== first.service) return 'service-changed';
  if (now.software !== first.software) return 'software-changed';
  if (clockChanged(first, last, now)) return 'clock-changed';
  if (differs(first.egress, now.egress) || first.network !== now.network) return 'network-changed';
  if (differs(first.extensions, now.extensions)) return 'extensions-changed';
  if (operators !== undefined && namesOf(operators) !== namesOf(begunBy)) return 'operators-changed';
  return now.at - begunAt >= INSPECTION_MS ? 'expired' : undefined;
}

/**
 * Whether the wall clock was set between two sightings: it went backwards, or by another amount than the monotonic
 * clock of the same life. (The monotonic clock of some systems stands still while a machine sleeps; so does an
 * inspection then.)
 */
export function clockJump(before: Sighting, now: Sighting): number | undefined {
  const wall = now.at - before.at;
  const jump = before.life === now.life ? wall - (now.mono - before.mono) : Math.min(0, wall);
  return Math.abs(jump) > CLOCK_TOLERANCE_MS ? Math.round(jump) : undefined;
}

function clockChanged(first: Sighting, last: Sighting, now: Sighting): boolean {
  if (first.offset !== undefined && now.offset !== undefined) {
    const unsure = first.offset.uncertainty + now.offset.uncertainty;
    if (Math.abs(now.offset.offset - first.offset.offset) > CLOCK_TOLERANCE_MS + unsure) return true;
  }
  return clockJump(last, now) !== undefined;
}

function differs(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function namesOf(operators: readonly Operator[]): string {
  return JSON.stringify(operators.map(({ name, certificate = '' }) => [name.trim(), certificate.trim()]));
}
