import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { count } from '../field-schemas.ts';

/** Screens with resolution and scale. */
export const screen = defineItem({
  kind: 'screen',
  phase: 'inspection',
  findings: { stated: 'device-reported', 'not-readable': 'not-possible' },
  evidence: {
    screens: v.pipe(
      v.array(
        v.strictObject({
          /** Logical px. */
          width: count,
          height: count,
          /** Physical px per logical px; absent where the browser does not say. */
          scale: v.optional(v.pipe(v.number(), v.minValue(0))),
          primary: v.boolean(),
        }),
      ),
      v.maxLength(20),
    ),
  },
});
