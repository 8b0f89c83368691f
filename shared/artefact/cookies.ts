import { defineArtefact } from './define-artefact.ts';

/** Cookies; only when the case allows it. */
export const cookies = defineArtefact({
  kind: 'cookies',
  mediaType: 'application/json',
  path: () => 'evidence/cookies.json',
  many: false,
});
