import { belongsTo } from '#shared/journal/journal-segment';
import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { parseTlogProof } from '#shared/log/tlog-proof';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, readFile } from './bundle-verification.ts';
import { parseCanonicalFile } from './canonical-file.ts';
import { type ChallengeFile, challengeFileSchema } from './challenge.ts';
import { captureNumber } from './check-record.ts';
import { inFile } from './in-file.ts';
import { bundlePath } from './layout.ts';

const PATH = bundlePath.challenge;

/**
 * The challenge was given to this device for this number and the journal begins with the entry it names, or it came in
 * a file and the journal says that this capture took it; its token is over it. Whether its time-stamp authority and log are trusted is for whoever has trust anchors.
 */
export async function checkChallenge(verification: BundleVerification): Promise<void> {
  const record = established(verification, 'record');
  const bytes = await readFile(verification, PATH);
  if ((bytes === undefined) !== (record.challenge === null))
    throw new BundleError('CHALLENGE_MISMATCH', 'record and bundle disagree on a challenge', { entry: PATH });
  if (bytes === undefined) {
    verification.defects.push('no-challenge');
    return;
  }
  const file = parseCanonicalFile(challengeFileSchema, bytes, PATH);
  checkAddressee(verification, file);
  await inFile(PATH, () => parseTlogProof(file.proof), 'PROOF_MALFORMED');
  const digest = sha256(toUtf8(canonicalJson(file.challenge)));
  const { genTime } = await inFile(
    PATH,
    () => verifyTimeStamp(verification.ports, fromBase64(file.token), { digest }),
    'TIME_STAMP_INVALID',
  );
  verification.found.challenge = file;
  verification.found.challengeTime = genTime;
}

function checkAddressee(verification: BundleVerification, { challenge }: ChallengeFile): void {
  const record = established(verification, 'record');
  const ofDevice = challenge.device === record.device.id;
  if (challenge.version === 1) {
    const ofCapture = ofDevice && challenge.sequence === captureNumber(record);
    if (challenge.nonce !== record.challenge || !ofCapture) throw otherCapture();
    const [first] = established(verification, 'journal');
    if (challenge.journalSeq !== first?.seq || challenge.journalHead !== first.hash)
      throw new BundleError('JOURNAL_BOUNDS', 'does not begin with the entry the challenge names', {
        entry: bundlePath.journal,
      });
    return;
  }
  if (challenge.nonce !== record.challenge || !(ofDevice || challenge.device === null)) throw otherCapture();
  checkTaken(verification, challenge.nonce);
  verification.defects.push('carried-challenge');
}

/** The journal says that this capture took the carried-in challenge, before it started. */
function checkTaken(verification: BundleVerification, nonce: string): void {
  const journal = established(verification, 'journal');
  const { id } = established(verification, 'record');
  const taken = journal.findIndex(
    (line) => line.event === 'challenge-received' && belongsTo(line, id) && line.detail?.nonce === nonce,
  );
  const started = journal.findIndex((line) => line.event === 'capture-started' && belongsTo(line, id));
  if (taken < 0 || taken > started)
    throw new BundleError('CHALLENGE_MISMATCH', 'the journal does not say that the challenge was taken', {
      entry: bundlePath.journal,
    });
}

function otherCapture(): BundleError {
  return new BundleError('CHALLENGE_MISMATCH', 'challenge of another capture', { entry: PATH });
}
