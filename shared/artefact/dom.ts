import { defineArtefact, numbered } from './define-artefact.ts';

/** Serialised DOM of one frame, shadow roots (open, declarative, closed) as template elements. */
export const dom = defineArtefact({
  kind: 'dom',
  mediaType: 'text/html',
  path: (n) => numbered('dom', n, 'html'),
  many: true,
});
