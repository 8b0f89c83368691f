import type { BundleVerification } from './bundle-verification.ts';
import { checkAnchor } from './check-anchor.ts';
import { checkChain } from './check-chain.ts';
import { checkChallenge } from './check-challenge.ts';
import { checkContainer } from './check-container.ts';
import { checkDatapackage } from './check-datapackage.ts';
import { checkDerived } from './check-derived.ts';
import { checkDeviceSignature } from './check-device-signature.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkFacts } from './check-facts.ts';
import { checkFiles } from './check-files.ts';
import { checkJournal } from './check-journal.ts';
import { checkRecord } from './check-record.ts';
import { checkRecording } from './check-recording.ts';
import { checkTlsChains } from './check-tls-chains.ts';
import { checkWarc } from './check-warc.ts';

/** One step of verifying a bundle; throws BundleError, and rests on the steps before it. */
export interface BundleCheck {
  readonly id: string;
  run(verification: BundleVerification): void | Promise<void>;
}

/** All that makes a bundle sound, in order. */
export const bundleChecks: readonly BundleCheck[] = [
  { id: 'container', run: checkContainer },
  { id: 'datapackage', run: checkDatapackage },
  { id: 'device-signature', run: checkDeviceSignature },
  { id: 'files', run: checkFiles },
  { id: 'record', run: checkRecord },
  { id: 'journal', run: checkJournal },
  { id: 'chain', run: checkChain },
  { id: 'derived', run: checkDerived },
  { id: 'challenge', run: checkChallenge },
  { id: 'anchor', run: checkAnchor },
  { id: 'warc', run: checkWarc },
  { id: 'facts', run: checkFacts },
  { id: 'recording', run: checkRecording },
  { id: 'tls-chains', run: checkTlsChains },
  { id: 'environment', run: checkEnvironment },
];
