import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import type { Receipt } from '#shared/seal/receipt';

/** What intake hands over to be sealed. */
export interface SealInput {
  readonly packageId: string;
  /** Work folder, durable; the same again after a crash. */
  readonly folder: string;
  readonly bundlePath: string;
  readonly bundle: VerifiedBundle;
  readonly receipt: Receipt;
  /** Leaf hash of the predecessor in the case chain, or `-`. */
  readonly previousSeal: string;
  /** Challenges of the same device, for earlier captures, that no accepted bundle has closed. */
  readonly openChallenges: readonly {
    readonly device: string;
    readonly sequence: number;
    readonly issuedAt: string;
  }[];
  /** Called with the names of the finished steps. */
  onProgress(done: readonly string[]): Promise<void>;
}

/** A finished `.asice` in the work folder. */
interface SealOutput {
  readonly path: string;
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
