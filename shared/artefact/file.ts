import { defineArtefact } from './define-artefact.ts';

/** A file a server offered, its exact bytes. `about` holds its name, media type, address and where its link stood. */
export const file = defineArtefact({
  kind: 'file',
  mediaType: 'application/octet-stream',
  path: () => 'evidence/file.bin',
  many: false,
});
