import { defineArtefact } from './define-artefact.ts';

/** The challenge 起始时间凭证 this capture was begun under. */
export const challenge = defineArtefact({
  kind: 'challenge',
  mediaType: 'application/json',
  path: () => 'evidence/challenge.json',
  many: false,
});
