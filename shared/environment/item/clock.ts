import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { difference, duration } from '../field-schemas.ts';
import { sampleSchema } from '../observation.ts';

/** 时间校对: the device clock against the service's signed time. `off`: by more than two seconds. */
export const clock = defineItem({
  kind: 'clock',
  phase: 'inspection',
  findings: { right: 'service-observed', off: 'service-observed', 'not-measured': 'not-possible' },
  evidence: {
    samples: v.pipe(v.array(sampleSchema), v.maxLength(20)),
    /** Device minus service, by the sample with the shortest round trip; ms. */
    offset: v.optional(difference),
    uncertainty: v.optional(duration),
    roundTrip: v.optional(duration),
  },
});
