import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { address } from '../field-schemas.ts';
import { hostName, nameResolutionSchema } from '../name-resolution.ts';

/**
 * Addresses the browser connected to, beside what the service's resolvers answer for the same names. Names served from
 * many places differ honestly; what differs is worth a look, no more.
 */
export const names = defineItem({
  kind: 'names',
  phase: 'capture',
  findings: { agree: 'service-observed', differ: 'service-observed', 'not-checked': 'not-possible' },
  evidence: {
    hosts: v.pipe(
      v.array(
        v.strictObject({
          host: hostName,
          connected: v.pipe(v.array(address), v.maxLength(50)),
          agrees: v.optional(v.boolean()),
        }),
      ),
      v.maxLength(20),
    ),
    resolution: v.optional(nameResolutionSchema),
    /** Why not checked. */
    why: v.optional(v.picklist(['no-names', 'not-allowed', 'no-answer', 'unknown-names'])),
  },
});
