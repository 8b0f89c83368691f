import { defineArtefact, numbered } from './define-artefact.ts';

/** RFC 3161 response whose imprint is the head of the recording's chain at that moment. */
export const recordingAnchor = defineArtefact({
  kind: 'recording-anchor',
  mediaType: 'application/timestamp-reply',
  path: (n) => numbered('recording-anchor', n, 'tsr'),
  many: true,
});
