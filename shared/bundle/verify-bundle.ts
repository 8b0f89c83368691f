import type { JournalLine } from '#shared/journal/entry';
import { toHex } from '#shared/lib/hex';
import type { ByteSource, Ports } from '#shared/lib/port';
import type { Sha256 } from '#shared/lib/sha256';
import { bundleChecks } from './bundle-checks.ts';
import { type BundleDefect, type BundleVerification, established } from './bundle-verification.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { ChallengeFile } from './challenge.ts';

export type { BundleDefect };

/** A bundle every check of which held. Only `verifyBundle` makes one. */
export interface VerifiedBundle {
  /** Of the whole file. */
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly record: CaptureRecord;
  readonly journal: readonly JournalLine[];
  readonly challenge?: ChallengeFile;
  /** t0: genTime of the challenge's token, UTC ms; its authority is not judged here. */
  readonly challengeTime?: number;
  /** t1: genTime of the token over the journal, UTC ms; its authority is not judged here. */
  readonly anchorTime?: number;
  /** SPKI of the device key, DER. */
  readonly devicePublicKey: Uint8Array;
  readonly defects: readonly BundleDefect[];
}

export interface VerifyBundleOptions {
  /** SHA-256 of the whole file, when the caller has just computed it; saves one pass. */
  readonly sha256?: Sha256;
  /** Longest time from challenge to anchor that is not a defect; 60 by default. */
  readonly maxChallengeMinutes?: number;
}

const MAX_CHALLENGE_MINUTES = 60;
const CHUNK = 2 ** 20;

/**
 * Verifies a bundle as far as it can vouch for itself, with no trust anchor: container, datapackage, device
 * signature, every file, capture record, journal, chain, derived files, challenge, anchor, WARC. Files are read in
 * pieces of at most 1 MiB; only JSON, journal and index are held whole.
 * @throws BundleError naming the entry; errors of `source` pass unchanged.
 */
export async function verifyBundle(
  source: ByteSource,
  ports: Ports,
  options: VerifyBundleOptions = {},
): Promise<VerifiedBundle> {
  const maxChallengeMinutes = options.maxChallengeMinutes ?? MAX_CHALLENGE_MINUTES;
  const verification: BundleVerification = { source, ports, maxChallengeMinutes, found: {}, defects: [] };
  for (const { run } of bundleChecks) await run(verification);
  const { challenge, challengeTime, anchorTime } = verification.found;
  return {
    sha256: options.sha256 ?? (await hashWhole(source, ports)),
    bytes: source.size,
    record: established(verification, 'record'),
    journal: established(verification, 'journal'),
    ...(challenge === undefined ? {} : { challenge }),
    ...(challengeTime === undefined ? {} : { challengeTime }),
    ...(anchorTime === undefined ? {} : { anchorTime }),
    devicePublicKey: established(verification, 'devicePublicKey'),
    defects: verification.defects,
  };
}

async function hashWhole(source: ByteSource, ports: Ports): Promise<Sha256> {
  const hash = ports.createSha256();
  for (let at = 0; at < source.size; at += CHUNK)
    hash.update(await source.read(at, Math.min(CHUNK, source.size - at)));
  return toHex(hash.digest()) as Sha256;
}
