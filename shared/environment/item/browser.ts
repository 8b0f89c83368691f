import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

export const browser = defineItem({
  kind: 'browser',
  phase: 'inspection',
  findings: { stated: 'device-reported' },
  evidence: {
    userAgent: text(1000),
    /** Brands with full versions (User-Agent Client Hints). */
    brands: v.pipe(v.array(text(100)), v.maxLength(20)),
    language: text(60),
    timeZone: text(100),
  },
});
