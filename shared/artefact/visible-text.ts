import { defineArtefact, numbered } from './define-artefact.ts';

/** Visible text of one frame, one line a text node; numbered as the DOM of that frame. */
export const visibleText = defineArtefact({
  kind: 'visible-text',
  mediaType: 'text/plain',
  path: (n) => numbered('text', n, 'txt'),
  many: true,
});
