import { defineArtefact } from './define-artefact.ts';

/** Chain over the chunks, markers and transcript of a recording. */
export const recordingJournal = defineArtefact({
  kind: 'recording-journal',
  mediaType: 'application/jsonl',
  path: () => 'evidence/recording.jsonl',
  many: false,
});
