import { defineArtefact, numberedTwice } from './define-artefact.ts';

/** One position of an area that scrolls inside the page: PNG. `n` is 1000 × area + step, both from 1. */
export const scrollArea = defineArtefact({
  kind: 'scroll-area',
  mediaType: 'image/png',
  path: (n) => numberedTwice('scroll-area', n, 'png'),
  many: true,
});
