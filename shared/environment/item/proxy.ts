import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { text } from '../field-schemas.ts';

/** The browser's proxy settings. `system`: it follows those of the operating system, which no extension can read. */
export const proxy = defineItem({
  kind: 'proxy',
  phase: 'inspection',
  findings: {
    none: 'device-reported',
    set: 'device-reported',
    system: 'not-possible',
    'not-readable': 'not-possible',
  },
  evidence: {
    /** `direct`, `auto_detect`, `pac_script`, `fixed_servers`, `system`. */
    mode: v.optional(text(40)),
    /** Who may set them: this extension never does. */
    levelOfControl: v.optional(text(60)),
    /** `scheme://host:port` of each server set. */
    servers: v.optional(v.pipe(v.array(text(300)), v.maxLength(10))),
  },
});
