import { defineArtefact } from './define-artefact.ts';

/** Index over the WARC: one line a record, with the offset and length of its gzip member. */
export const cdx = defineArtefact({
  kind: 'cdx',
  mediaType: 'application/gzip',
  path: () => 'indexes/index.cdx.gz',
  many: false,
});
