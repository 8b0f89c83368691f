import { defineArtefact, numberedTwice } from './define-artefact.ts';

/**
 * Picture of a region a person chose, always beside the full page: PNG. `n` is 1000 × phase + piece, both from 1;
 * phase 1 is the page as it was found, 2 the page after the reload. `about` holds the rectangle of the piece.
 */
export const region = defineArtefact({
  kind: 'region',
  mediaType: 'image/png',
  path: (n) => numberedTwice('region', n, 'png'),
  many: true,
});
