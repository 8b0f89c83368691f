import { defineArtefact, numbered } from './define-artefact.ts';

/** Serialised DOM of the node that a chosen region is, or lies in. `n` is the phase, as for its picture. */
export const regionDom = defineArtefact({
  kind: 'region-dom',
  mediaType: 'text/html',
  path: (n) => numbered('region', n, 'html'),
  many: true,
});
