import { defineArtefact } from './define-artefact.ts';

/** Comparison of the page with the recorded responses and with itself as found. */
export const facts = defineArtefact({
  kind: 'facts',
  mediaType: 'application/json',
  path: () => 'evidence/facts.json',
  many: false,
});
