import { defineArtefact, numbered } from './define-artefact.ts';

/** Serialised DOM of the page as it was found, before the reload; its frames from 2 on. */
export const foundDom = defineArtefact({
  kind: 'found-dom',
  mediaType: 'text/html',
  path: (n) => (n === 1 ? 'evidence/dom-found.html' : numbered('dom-found', n, 'html')),
  many: true,
});
