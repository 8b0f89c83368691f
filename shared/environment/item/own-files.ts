import * as v from 'valibot';
import { defineItem } from '../define-item.ts';
import { digest, text } from '../field-schemas.ts';

/**
 * The extension's own files by their digests. The device hashed them, so all of it is device-reported: whoever holds
 * the device can make it say the digests of an honest build. `known`, `unknown`: what the service knows by that digest;
 * its signed words are the samples of `clock`.
 */
export const ownFiles = defineItem({
  kind: 'own-files',
  phase: 'inspection',
  findings: {
    known: 'device-reported',
    unknown: 'device-reported',
    'not-compared': 'device-reported',
    'not-readable': 'not-possible',
  },
  evidence: {
    version: text(40),
    build: v.optional(digest),
    /** Name under which the service knows the build. */
    name: v.optional(text(100)),
    files: v.pipe(v.array(v.strictObject({ path: text(300), sha256: digest })), v.maxLength(1000)),
    /** Why they could not be read. */
    detail: v.optional(text(500)),
  },
});
