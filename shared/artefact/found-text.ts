import { defineArtefact } from './define-artefact.ts';

/** Visible text of the main frame as it was found, one line a text node. */
export const foundText = defineArtefact({
  kind: 'found-text',
  mediaType: 'text/plain',
  path: () => 'evidence/text-found.txt',
  many: false,
});
