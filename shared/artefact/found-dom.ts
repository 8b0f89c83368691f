import { defineArtefact } from './define-artefact.ts';

/** Serialised DOM of the page as it was found, before the reload. */
export const foundDom = defineArtefact({
  kind: 'found-dom',
  mediaType: 'text/html',
  path: () => 'evidence/dom-found.html',
  many: false,
});
