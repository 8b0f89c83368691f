import { defineArtefact, numbered } from './define-artefact.ts';

/** Full-page tile: PNG of at most 4096 device pixels height, top to bottom. */
export const screenshot = defineArtefact({
  kind: 'screenshot',
  mediaType: 'image/png',
  path: (n) => numbered('screenshot', n, 'png'),
  many: true,
});
