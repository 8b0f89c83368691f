import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

/** Developer tools and other debuggers, before our own attached, while it was, and after it had let go. */
export const debuggers = defineItem({
  kind: 'debuggers',
  phase: 'capture',
  findings: { 'none-seen': 'device-reported', seen: 'device-reported', 'not-checked': 'not-possible' },
  evidence: {
    signals: v.pipe(v.array(v.strictObject({ signal: text(60), detail: text(2000) })), v.maxLength(100)),
  },
});
