import type { BundleDefect, BundleVerification } from '#shared/bundle/bundle-verification';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { ChallengeFile } from '#shared/bundle/challenge';
import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { FactsFile } from '#shared/fact/facts-file';
import type { ByteSource, Ports } from '#shared/lib/port';
import type { ZipArchive } from '#shared/lib/zip/open-zip';
import type { VerifiedTlogProof } from '#shared/log/verify-tlog-proof';
import type { Certificate } from '#shared/pki/certificate';
import type { BagInfo } from '#shared/seal/bag';
import type { Receipt } from '#shared/seal/receipt';
import type { Archive } from './archive.ts';
import type { ArchiveMembers } from './archive-checks.ts';
import { NotChecked } from './not-checked.ts';
import type { PackageMembers } from './package-members.ts';
import type { StampedTime } from './stamped-time.ts';
import type { TrustAnchors } from './trust-anchors.ts';
import type { TrustFolder } from './trust-folder.ts';

/** What checks establish for those after them. A slot is filled only by a check that could vouch for it. */
export interface Findings {
  archive: ZipArchive;
  /** Only of a package in its wrapper of renewals. */
  archiveSource: Archive;
  archiveMembers: ArchiveMembers;
  members: PackageMembers;
  captureId: string;
  bagInfo: BagInfo;
  bundleRun: BundleRun;
  bundle: SoundBundle;
  /** t0. */
  startTime: StampedTime;
  /** t1. */
  anchorTime: StampedTime;
  bundleTime: StampedTime;
  sealTime: StampedTime;
  /** Over the sealed text too, by further authorities. */
  furtherSealTimes: readonly StampedTime[];
  /** The one embedded in the signature. */
  signatureTime: StampedTime;
  signature: SealSignature;
  trustFolder: TrustFolder;
  receipt: Receipt;
  sealProof: VerifiedTlogProof;
  /** Time-stamps of the wrapper that hold, in their order. */
  renewals: readonly StampedTime[];
  /** Those whose authority the user trusts. */
  trustedRenewals: readonly StampedTime[];
}

/** One run over the bundle, begun by its first row. */
export interface BundleRun {
  readonly verification: BundleVerification;
  /** How many of the bundle's checks held. */
  done: number;
}

/** A bundle every check of which held. */
interface SoundBundle {
  readonly record: CaptureRecord;
  readonly defects: readonly BundleDefect[];
  readonly challenge?: ChallengeFile;
  readonly facts?: FactsFile;
  readonly environment?: EnvironmentReport;
  /** Bytes of `evidence/journal.jsonl`. */
  readonly journal: Uint8Array;
  /** TimeStampResp over the journal, DER. */
  readonly token?: Uint8Array;
  /** tlog-proof of the anchor, UTF-8 text. */
  readonly proof?: Uint8Array;
}

/** Who signed the sealed text, and the time its chain is judged at (UTC ms). */
interface SealSignature {
  readonly signer: Certificate;
  /** Embedded beside the signature. */
  readonly certificates: readonly Certificate[];
  readonly signedAt: number;
}

/** A file that stands beside a package. */
export interface BesideFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One run of the verifier over one package. */
export interface Verification {
  readonly source: ByteSource;
  readonly ports: Ports;
  readonly anchors: TrustAnchors;
  /** Statements about the package that the user brought with it. */
  readonly beside?: readonly BesideFile[];
  /** The time of verifying, UTC ms. */
  readonly now?: number;
  readonly found: Partial<Findings>;
  /** Names of the user's anchors that a check rested on. */
  readonly usedAnchors: Set<string>;
}

/**
 * What an earlier check established.
 * @throws NotChecked PREREQUISITE_FAILED when that check did not hold.
 */
export function need<Slot extends keyof Findings>({ found }: Verification, slot: Slot): Findings[Slot] {
  const value = found[slot];
  if (value === undefined)
    throw new NotChecked('PREREQUISITE_FAILED', `an earlier check did not establish: ${slot}`);
  return value as Findings[Slot];
}
