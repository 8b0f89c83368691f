import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { count, text } from '../field-schemas.ts';

/** The machine, as its browser describes it. */
export const device = defineItem({
  kind: 'device',
  phase: 'inspection',
  findings: { stated: 'device-reported' },
  evidence: {
    system: text(100),
    systemVersion: v.optional(text(100)),
    architecture: text(60),
    processors: count,
    /** GiB, rounded and capped by the browser. */
    memory: v.optional(v.pipe(v.number(), v.minValue(0))),
  },
});
