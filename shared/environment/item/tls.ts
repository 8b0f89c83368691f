import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

/** How each origin of the page was reached. The chains themselves lie in `evidence/tls-chains.json`. */
export const tls = defineItem({
  kind: 'tls',
  phase: 'capture',
  findings: {
    public: 'device-reported',
    'private-root': 'device-reported',
    'plain-http': 'device-reported',
    /** Some chain could not be judged, or none was to be had. */
    'not-judged': 'not-possible',
  },
  evidence: {
    origins: v.pipe(
      v.array(
        v.strictObject({
          origin: text(2000),
          verdict: v.picklist(['public-root', 'private-root', 'not-checked', 'plain-http']),
        }),
      ),
      v.maxLength(1000),
    ),
  },
});
