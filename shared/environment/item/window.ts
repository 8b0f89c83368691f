import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { count } from '../field-schemas.ts';

/** The window the page was shown in. */
export const window = defineItem({
  kind: 'window',
  phase: 'capture',
  findings: { stated: 'device-reported', 'not-readable': 'not-possible' },
  evidence: {
    /** 无痕窗口. */
    private: v.optional(v.boolean()),
    width: v.optional(count),
    height: v.optional(count),
    /** 1 is 100 %. */
    zoom: v.optional(v.pipe(v.number(), v.minValue(0))),
  },
});
