import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import type { Sha256 } from '#shared/lib/sha256';
import type { Numbering, OpenChallenge } from '#shared/seal/certificate/input';
import type { Receipt } from '#shared/seal/receipt';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import type { SecondLookFile } from '#shared/witness/second-look-file';
import type { EvidenceTasks } from '../evidence/evidence-tasks.ts';
import type { TransparencyLog } from '../log/open-log.ts';
import type { BlobKey } from '../store/blob-key.ts';
import type { BlobRef } from '../store/blob-ref.ts';
import type { BlobMemory } from '../store/remembered-blobs.ts';
import type { Trust } from '../trust/trust.ts';

/** One bundle on its way to a sealed package. After a crash the caller makes the same work again. */
export interface SealWork {
  /** Package id `EVD-…`. */
  readonly id: string;
  /** Capture id `CAP-…`. */
  readonly captureId: string;
  /** Folder of this package alone; all of it is on disk before the seal enters the log, and again at the end. */
  readonly dir: string;
  /** Of the package's files, those in `dir` too; absent where they are kept in the clear. */
  readonly blobKey?: BlobKey | undefined;
  /** Of what lies in `dir`; begun anew by each call of `seal`. */
  readonly memory?: BlobMemory;
  /** The uploaded WACZ; it is read, never changed. */
  readonly bundleFile: BlobRef;
  readonly bundle: VerifiedBundle;
  readonly receipt: Receipt;
  readonly tasks: EvidenceTasks;
  readonly trust: Trust;
  readonly log: TransparencyLog;
  /** Log leaf hash of the previous seal of the same case chain. Only the first call's value counts. */
  readonly previousSeal: Sha256 | '-';
  /** Witness artefacts that go into the package; the same ones after a crash. */
  readonly secondLooks?: readonly SecondLookFile[];
  now(): Date;
  /** Name printed on documents: neutral, configurable. */
  readonly systemName: string;
  readonly version: string;
  /** vkeys of the log's witnesses. */
  readonly witnessKeys?: readonly string[];
  /** What the organisation published before and uses no more: challenge and anchor may be older than its keys. */
  readonly earlierAnchors?: TrustAnchors;
  /** Challenges of this operator and case, on all devices, that no capture has closed. */
  readonly openChallenges?: readonly OpenChallenge[];
  readonly carriedUnused?: number;
  /** The numbers of the device below this capture's. */
  readonly numbering?: Numbering;
}

/**
 * One step of sealing. It is done when all its outputs exist; they appear atomically (`writeAtomic`), so a killed
 * process leaves a step either done or to be run again, through the same code.
 */
export interface SealStep {
  readonly name: string;
  /** Files below `work.dir`, `/`-separated. */
  outputs(work: SealWork): string[];
  run(work: SealWork): Promise<void>;
}
