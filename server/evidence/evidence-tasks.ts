import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import type { CertificateFacts } from '#shared/seal/certificate/facts';
import type { VerificationReport } from '#shared/verify/report';
import type { Thumbnail } from '../document/png-thumbnail.ts';
import type { BlobRef } from '../store/blob-ref.ts';
import type { Exhibits } from './read-exhibits.ts';

/** Anchors a package is verified against, as they are published. */
export interface AnchorFacts {
  /** Roots, DER. */
  readonly certificates: readonly Uint8Array[];
  readonly logKeys: readonly string[];
  readonly witnessKeys: readonly string[];
}

/** What of taking in and sealing needs a core for long and nothing of the service: files in, facts out. */
export interface EvidenceTasks {
  /** @throws StoreError, EncryptionError; CodedError of the bundle's fault */
  verifyBundle(file: BlobRef): Promise<VerifiedBundle>;
  /** @param file the bundle. */
  readExhibits(file: BlobRef, record: CaptureRecord): Promise<Exhibits>;
  certificatePdf(facts: CertificateFacts, picture: Thumbnail | undefined): Promise<Uint8Array>;
  /** @param file the sealed package. */
  verifyPackage(file: BlobRef, anchors: AnchorFacts): Promise<Pick<VerificationReport, 'verdict' | 'checks'>>;
}
