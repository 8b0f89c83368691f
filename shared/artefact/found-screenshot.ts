import { defineArtefact, numbered } from './define-artefact.ts';

/** Picture of the page as it was found, before the reload. */
export const foundScreenshot = defineArtefact({
  kind: 'found-screenshot',
  mediaType: 'image/png',
  path: (n) => numbered('found', n, 'png'),
  many: true,
});
