import { defineArtefact, numbered } from './define-artefact.ts';

/** What the document says of itself: 1 as found, 2 as captured. */
export const pageMetadata = defineArtefact({
  kind: 'page-metadata',
  mediaType: 'application/json',
  path: (n) => numbered('page', n, 'json'),
  many: true,
});
