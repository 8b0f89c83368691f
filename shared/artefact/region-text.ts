import { defineArtefact, numbered } from './define-artefact.ts';

/** Visible text inside a chosen region, UTF-8. `n` is the phase, as for its picture; `about` says where it lies. */
export const regionText = defineArtefact({
  kind: 'region-text',
  mediaType: 'text/plain',
  path: (n) => numbered('region', n, 'txt'),
  many: true,
});
