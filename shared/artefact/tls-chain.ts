import { defineArtefact } from './define-artefact.ts';

/** Certificate chains of the origins a page came from, and what each ends in. */
export const tlsChain = defineArtefact({
  kind: 'tls-chain',
  mediaType: 'application/json',
  path: () => 'evidence/tls-chains.json',
  many: false,
});
