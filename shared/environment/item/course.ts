import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { endReasons } from '../end-reason.ts';
import { difference, duration } from '../field-schemas.ts';

/**
 * Whether the surroundings stayed as they were while this capture ran: the two clocks of the device, proxy and
 * extensions. `not-followed`: the browser ended what was watching.
 */
export const course = defineItem({
  kind: 'course',
  phase: 'capture',
  findings: { steady: 'device-reported', changed: 'device-reported', 'not-followed': 'not-possible' },
  evidence: {
    /** Passed by the wall clock and by the monotonic one, ms; a difference means that the wall clock was set. */
    wallMs: v.optional(difference),
    monotonicMs: v.optional(duration),
    changes: v.pipe(v.array(v.picklist(endReasons)), v.maxLength(endReasons.length)),
  },
});
