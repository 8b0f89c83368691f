import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { count } from '../field-schemas.ts';

/** Room for evidence. `low`: less than 1 GB. */
export const storage = defineItem({
  kind: 'storage',
  phase: 'inspection',
  findings: { enough: 'device-reported', low: 'device-reported' },
  evidence: { freeBytes: count, persisted: v.boolean() },
});
