import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { ChallengeFile } from '#shared/bundle/challenge';
import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { FactsFile } from '#shared/fact/facts-file';
import type { JournalLine } from '#shared/journal/entry';
import type { Sha256 } from '#shared/lib/sha256';
import type { RecordingFacts } from '#shared/recording/recording-facts';
import type { SecondLook } from '#shared/witness/second-look-file';
import type { Receipt } from '../receipt.ts';
import type { AuthorityName } from './facts.ts';

/** What is known of the connection the page's document came over; all of it device-reported. */
export interface DocumentConnection {
  /** Address literal the browser connected to. */
  readonly address?: string;
  readonly protocol?: string;
  readonly tls?: {
    readonly protocol: string;
    readonly subject: string;
    readonly issuer: string;
    /** UTC ms. */
    readonly validFrom: number;
    readonly validTo: number;
  };
  /** Whether the recorded chain ends in a public root; absent when no chain was recorded. */
  readonly publicRoot?: boolean;
}

/** A challenge of the same operator and case that no capture has closed. */
export interface OpenChallenge {
  readonly device: string;
  readonly sequence: number;
  readonly issuedAt: string;
}

/** Capture numbers `from` to `to`, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** What the service knows of the numbers of the device below this capture's. */
export interface Numbering {
  /** Each number up to here has its package, or was closed without one. */
  readonly completeTo: number;
  /** Not here yet; arriving out of order is normal. */
  readonly awaited: readonly NumberRange[];
  /** Awaited for too long: declared missing, in the log. */
  readonly gaps: readonly (NumberRange & { readonly declaredAt: string })[];
  /** Ended without a package, as the device says; the newest of them. */
  readonly closed: readonly { readonly sequence: number; readonly outcome: string }[];
}

/** What `certificateFacts` reads. `bundle` is the verified bundle; everything comes from the sealed record. */
export interface CertificateInput {
  readonly systemName: string;
  readonly organisation: string;
  readonly softwareVersion: string;
  readonly packageId: string;
  readonly sealedAt: number;
  readonly previousSeal: Sha256 | '-';
  readonly bundle: {
    readonly sha256: Sha256;
    readonly bytes: number;
    readonly record: CaptureRecord;
    readonly journal: readonly JournalLine[];
    readonly challenge?: ChallengeFile | undefined;
    /** genTime of the challenge's token, UTC ms: t0. */
    readonly challengeTime?: number | undefined;
    /** genTime of the anchor's token, UTC ms: t1. */
    readonly anchorTime?: number | undefined;
    readonly recording?: RecordingFacts | undefined;
    /** `evidence/facts.json`; absent in bundles made before there was one, and for recordings. */
    readonly facts?: FactsFile | undefined;
    readonly environment?: EnvironmentReport | undefined;
  };
  readonly receipt: Receipt;
  /** Whether the signing certificate comes from the trial CA. */
  readonly selfIssued: boolean;
  /** Who stamps the seal; one or more. */
  readonly sealAuthorities: readonly AuthorityName[];
  /** Who stamped the challenge; present with `bundle.challengeTime`. */
  readonly challengeAuthority?: AuthorityName;
  /** Who stamped the anchor; present with `bundle.anchorTime`. */
  readonly anchorAuthority?: AuthorityName;
  readonly connection?: DocumentConnection;
  /** Witness artefacts in the package. */
  readonly secondLooks?: readonly SecondLook[];
  /** Absent when the service does not keep such a list. */
  readonly openChallenges?: readonly OpenChallenge[];
  /** Challenges of a carried-in file for this device that nothing has used. */
  readonly carriedUnused?: number;
  /** Absent when the service does not keep count. */
  readonly numbering?: Numbering;
}
