import { defineArtefact } from './define-artefact.ts';

/** The exchanges as HAR 1.2, with timings. */
export const networkHar = defineArtefact({
  kind: 'network-har',
  mediaType: 'application/json',
  path: () => 'evidence/network.har',
  many: false,
});
