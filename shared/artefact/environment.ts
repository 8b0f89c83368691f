import { defineArtefact } from './define-artefact.ts';

/** Environment report 清洁性检查报告. */
export const environment = defineArtefact({
  kind: 'environment',
  mediaType: 'application/json',
  path: () => 'evidence/environment.json',
  many: false,
});
