import { defineArtefact, numberedTwice } from './define-artefact.ts';

/** DOM of an area that scrolls, at one position, where it differs from the one before. `n` as for its picture. */
export const scrollAreaDom = defineArtefact({
  kind: 'scroll-area-dom',
  mediaType: 'text/html',
  path: (n) => numberedTwice('scroll-area', n, 'html'),
  many: true,
});
