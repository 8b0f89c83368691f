import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

/** How the device is connected, as far as its browser tells (Network Information API; desktops tell little). */
export const network = defineItem({
  kind: 'network',
  phase: 'inspection',
  findings: { online: 'device-reported', offline: 'device-reported' },
  evidence: {
    /** `wifi`, `ethernet`, …; absent where the browser does not say. */
    type: v.optional(text(40)),
    effectiveType: v.optional(text(40)),
  },
});
