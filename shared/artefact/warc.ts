import { defineArtefact } from './define-artefact.ts';

/** Every network exchange, WARC 1.1 (ISO 28500), one gzip member a record. */
export const warc = defineArtefact({
  kind: 'warc',
  mediaType: 'application/warc',
  path: () => 'archive/data.warc.gz',
  many: false,
});
