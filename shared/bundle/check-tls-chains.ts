import { tlsChainsSchema } from '#shared/tls/tls-chains';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import { parseCanonicalFile } from './canonical-file.ts';
import { bundlePath } from './layout.ts';

const PATH = bundlePath.tlsChains;

/** Certificate chains, where there are any, have their one strict form. */
export async function checkTlsChains(verification: BundleVerification): Promise<void> {
  if (!established(verification, 'entries').has(PATH)) return;
  parseCanonicalFile(tlsChainsSchema, await requireFile(verification, PATH), PATH);
}
