import { defineArtefact } from './define-artefact.ts';

/** The capture record, last artefact before the anchor. */
export const captureRecord = defineArtefact({
  kind: 'capture-record',
  mediaType: 'application/json',
  path: () => 'evidence/capture.json',
  many: false,
});
