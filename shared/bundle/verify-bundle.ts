import type { EnvironmentReport } from '#shared/environment/environment-report';
import type { FactsFile } from '#shared/fact/facts-file';
import type { JournalLine } from '#shared/journal/entry';
import { toHex } from '#shared/lib/hex';
import type { ByteSource, Ports } from '#shared/lib/port';
import { rangeDigest } from '#shared/lib/range-digest';
import type { Sha256 } from '#shared/lib/sha256';
import type { RecordingFacts } from '#shared/recording/recording-facts';
import { bundleChecks } from './bundle-checks.ts';
import { type BundleDefect, type BundleVerification, established } from './bundle-verification.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { ChallengeFile } from './challenge.ts';

export type { BundleDefect };

/** A bundle every check of which held. Only `verifyBundle` makes one. */
export interface VerifiedBundle {
  /** Of the whole file. */
  readonly sha256: Sha256;
  /** Of the whole file, for the container it will lie in. */
  readonly crc32: number;
  readonly bytes: number;
  readonly record: CaptureRecord;
  readonly journal: readonly JournalLine[];
  readonly challenge?: ChallengeFile;
  /** t0: genTime of the challenge's token, UTC ms; its authority is not judged here. */
  readonly challengeTime?: number;
  /** t1: genTime of the token over the journal, UTC ms; its authority is not judged here. */
  readonly anchorTime?: number;
  /** What its recording is, for a capture that holds one. */
  readonly recording?: RecordingFacts;
  /** Comparison of the page with its responses and with itself as found, where the bundle has one. */
  readonly facts?: FactsFile;
  /** What was found of the device and its surroundings, for a capture made in an inspection. */
  readonly environment?: EnvironmentReport;
  /** SPKI of the device key, DER. */
  readonly devicePublicKey: Uint8Array;
  readonly defects: readonly BundleDefect[];
}

export interface VerifyBundleOptions {
  /** Longest time from challenge to anchor that is not a defect; 60 by default. */
  readonly maxChallengeMinutes?: number;
}

const MAX_CHALLENGE_MINUTES = 60;

/**
 * Verifies a bundle as far as it can vouch for itself, with no trust anchor: container, datapackage, device
 * signature, every file, capture record, journal, chain, derived files, challenge, anchor, WARC, recording, certificate chains, environment report. Files are read in
 * pieces of at most 1 MiB; only JSON, journal and index are held whole. A source that hashes beside us hashes the
 * whole file meanwhile.
 * @throws BundleError naming the entry; errors of `source` pass unchanged.
 */
export async function verifyBundle(
  source: ByteSource,
  ports: Ports,
  options: VerifyBundleOptions = {},
): Promise<VerifiedBundle> {
  const maxChallengeMinutes = options.maxChallengeMinutes ?? MAX_CHALLENGE_MINUTES;
  const verification: BundleVerification = { source, ports, maxChallengeMinutes, found: {}, defects: [] };
  const begun = source.digest === undefined ? undefined : rangeDigest(source, 0, source.size, ports);
  // Its failure comes again below, unless a check fails first.
  begun?.catch(() => undefined);
  for (const { run } of bundleChecks) await run(verification);
  const { challenge, challengeTime, anchorTime, recording, facts, environment } = verification.found;
  const { sha256, crc32 } = await (begun ?? rangeDigest(source, 0, source.size, ports));
  return {
    sha256: toHex(sha256) as Sha256,
    crc32,
    bytes: source.size,
    record: established(verification, 'record'),
    journal: established(verification, 'journal'),
    ...(challenge === undefined ? {} : { challenge }),
    ...(challengeTime === undefined ? {} : { challengeTime }),
    ...(anchorTime === undefined ? {} : { anchorTime }),
    ...(recording === undefined ? {} : { recording }),
    ...(facts === undefined ? {} : { facts }),
    ...(environment === undefined ? {} : { environment }),
    devicePublicKey: established(verification, 'devicePublicKey'),
    defects: verification.defects,
  };
}
