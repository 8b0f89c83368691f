import { sha256 } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import { parseTlogProof } from '#shared/log/tlog-proof';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, readFile } from './bundle-verification.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

/** Clocks of several authorities, and tokens in whole seconds, differ by a little without anything being wrong. */
const TOLERANCE_MS = 60_000;
const DEVICE_CLOCK_TOLERANCE_MS = 120_000;
const MINUTE_MS = 60_000;

/**
 * The anchor is a token over exactly the bytes of the journal, not before the challenge; how long after it, and
 * whether the device clock agrees with both, are defects when they are off.
 */
export async function checkAnchor(verification: BundleVerification): Promise<void> {
  const token = await readFile(verification, bundlePath.journalToken);
  const proof = await readFile(verification, bundlePath.journalProof);
  if (proof !== undefined)
    await inFile(bundlePath.journalProof, () => parseTlogProof(fromUtf8(proof)), 'PROOF_MALFORMED');
  if (token === undefined) verification.defects.push('no-anchor');
  if ((token === undefined) !== (proof === undefined)) verification.defects.push('no-anchor-proof');
  if (token !== undefined) verification.found.anchorTime = await anchorTime(verification, token);
  checkOrder(verification);
}

async function anchorTime(verification: BundleVerification, token: Uint8Array): Promise<number> {
  const digest = sha256(established(verification, 'journalBytes'));
  const { genTime } = await inFile(
    bundlePath.journalToken,
    () => verifyTimeStamp(verification.ports, token, { digest }),
    'TIME_STAMP_INVALID',
  );
  return genTime;
}

function checkOrder(verification: BundleVerification): void {
  const { challengeTime, anchorTime } = verification.found;
  const { startedAt, closedAt } = established(verification, 'record');
  if (challengeTime !== undefined && anchorTime !== undefined) {
    if (anchorTime + TOLERANCE_MS < challengeTime)
      throw new BundleError('ANCHOR_BEFORE_CHALLENGE', 'anchored before the challenge was issued', {
        entry: bundlePath.journalToken,
      });
    if (anchorTime - challengeTime > verification.maxChallengeMinutes * MINUTE_MS)
      verification.defects.push('challenge-stale');
  }
  const early = challengeTime !== undefined && startedAt + DEVICE_CLOCK_TOLERANCE_MS < challengeTime;
  const late = anchorTime !== undefined && closedAt - DEVICE_CLOCK_TOLERANCE_MS > anchorTime;
  if (early || late) verification.defects.push('device-clock-differs');
}
