import { defineArtefact } from './define-artefact.ts';

/** localStorage and sessionStorage; only when the case allows it. */
export const storage = defineArtefact({
  kind: 'storage',
  mediaType: 'application/json',
  path: () => 'evidence/storage.json',
  many: false,
});
