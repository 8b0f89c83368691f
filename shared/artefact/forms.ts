import { defineArtefact } from './define-artefact.ts';

/** State of form controls, without password fields. */
export const forms = defineArtefact({
  kind: 'forms',
  mediaType: 'application/json',
  path: () => 'evidence/forms.json',
  many: false,
});
