import { defineArtefact } from './define-artefact.ts';

/** Picture and sound of a tab: the chunks of the recording, one after the other. */
export const recording = defineArtefact({
  kind: 'recording',
  mediaType: 'video/webm',
  path: () => 'evidence/recording.webm',
  many: false,
});
