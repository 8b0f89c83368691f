import { defineArtefact } from './define-artefact.ts';

/** The page as one MHTML document, made by the browser. */
export const mhtml = defineArtefact({
  kind: 'mhtml',
  mediaType: 'multipart/related',
  path: () => 'evidence/page.mhtml',
  many: false,
});
