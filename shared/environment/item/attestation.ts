import * as v from 'valibot';
import { attestationIds } from '../attestations.ts';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

/** What an operator declared, in the words that were before his eyes; or that he did not. */
export const attestation = defineItem({
  kind: 'attestation',
  phase: 'inspection',
  findings: { declared: 'operator-attested', 'not-declared': 'not-possible' },
  evidence: {
    about: v.picklist(attestationIds),
    sentence: v.optional(text(500)),
    language: v.optional(v.picklist(['zh', 'en'])),
  },
  many: true,
});
