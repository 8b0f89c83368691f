import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import type { Numbering, OpenChallenge } from '#shared/seal/certificate/input';
import type { Receipt } from '#shared/seal/receipt';
import type { SecondLookFile } from '#shared/witness/second-look-file';
import type { BlobKey } from '../store/blob-key.ts';
import type { BlobRef } from '../store/blob-ref.ts';

/** What intake hands over to be sealed. */
export interface SealInput {
  readonly packageId: string;
  /** Work folder, durable; the same again after a crash. */
  readonly folder: string;
  /** Of the package's files, those in `folder` too. */
  readonly blobKey: BlobKey | undefined;
  readonly bundleFile: BlobRef;
  readonly bundle: VerifiedBundle;
  readonly receipt: Receipt;
  /** Leaf hash of the predecessor in the case chain, or `-`. */
  readonly previousSeal: string;
  /** Challenges of the same operator or case, on all devices, that nothing has closed. */
  readonly openChallenges: readonly OpenChallenge[];
  /** Carried-in challenges of the device that nothing has used. */
  readonly carriedUnused: number;
  readonly numbering: Numbering;
  /** Second looks taken before the seal began; the same ones after a crash. */
  readonly secondLooks: readonly SecondLookFile[];
  /** Called with the names of the finished steps. */
  onProgress(done: readonly string[]): Promise<void>;
}

/** A finished `.asice` in the work folder. */
interface SealOutput {
  /** Its name in the work folder. */
  readonly output: string;
  readonly bytes: number;
  readonly sha256: string;
  /** UTC ms. */
  readonly sealedAt: number;
  /** RFC 6962 leaf hash of its seal leaf. */
  readonly leaf: string;
  /** `certificate.pdf` as sealed. */
  readonly certificate: Uint8Array;
}

/** Seals a bundle; started again with the same input it goes on where it was. */
export type Sealer = (input: SealInput) => Promise<SealOutput>;
