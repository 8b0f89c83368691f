import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

/** Other extensions and apps of the browser; only where a person has allowed `management`. */
export const extensions = defineItem({
  kind: 'extensions',
  phase: 'inspection',
  findings: { none: 'device-reported', listed: 'device-reported', 'not-checked': 'not-possible' },
  evidence: {
    extensions: v.optional(
      v.pipe(
        v.array(
          v.strictObject({
            id: text(60),
            name: text(200),
            version: text(60),
            enabled: v.boolean(),
            /** `normal`, `development`, `admin`, `sideload`, `other`. */
            installType: text(40),
            /** Sites it may reach, cut at 20. */
            hosts: v.pipe(v.array(text(200)), v.maxLength(20)),
          }),
        ),
        v.maxLength(500),
      ),
    ),
  },
});
