import { bundlePath } from '#shared/bundle/layout';
import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { equalBytes } from '#shared/lib/equal-bytes';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { Device } from '../store/devices.ts';
import type { Acceptance, Conflict } from '../store/verdicts.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeRefusal } from './intake-error.ts';
import { sequenceOf } from './sequence-of.ts';

type JudgeContext = Pick<IntakeContext, 'store'>;

/** What only the service can say against a bundle that does not refuse it. */
type IntakeDefect = 'anchor-not-ours' | 'device-suspended' | 'device-revoked-after-anchor';

/** The time proof of a bundle as bytes. */
export interface JournalProof {
  /** SHA-256 of `evidence/journal.jsonl`. */
  readonly digest: Sha256;
  /** RFC 3161 response and tlog-proof text stored with it, if any. */
  readonly token: Uint8Array | undefined;
  readonly proof: Uint8Array | undefined;
}

/**
 * Judges a sound bundle by what the service remembers: whose device it is, whether the challenge was issued for this
 * capture, whether the anchor is ours, whether its journal continues the one known.
 * @returns what to record when it is accepted.
 * @throws IntakeRefusal
 */
export async function judgeBundle(
  context: JudgeContext,
  packageId: string,
  bundle: VerifiedBundle,
  proof: JournalProof,
): Promise<Acceptance> {
  const device = await knownDevice(context, bundle);
  const ours = await isOurAnchor(context, device.id, proof);
  const anchored = proof.token !== undefined || proof.proof !== undefined;
  const defects = [
    ...bundle.defects,
    ...(anchored && !ours ? (['anchor-not-ours'] as const) : []),
    ...standingDefects(device, ours ? bundle.anchorTime : undefined),
  ];
  await checkChallenge(context, bundle);
  await checkJournal(context, device.id, bundle);
  const closing = bundle.journal.at(-1);
  if (closing === undefined) throw new TypeError('a verified bundle has an empty journal');
  return {
    package: packageId,
    device: device.id,
    capture: bundle.record.id,
    sequence: sequenceOf(bundle.record.id),
    journal: proof.digest,
    challenge: bundle.record.challenge,
    closing: { device: device.id, seq: closing.seq, hash: closing.hash },
    defects,
    found: {
      caseId: bundle.record.case?.id ?? null,
      requestedUrl: bundle.record.url.requested,
      finalUrl: bundle.record.url.final,
      title: bundle.record.title,
      capturedAt: bundle.record.startedAt,
    },
  };
}

/** The refusal that a conflict with an earlier package is. */
export function refusalOf(conflict: Conflict): IntakeRefusal {
  const options = { entry: conflict.package };
  switch (conflict.kind) {
    case 'same-capture':
      return new IntakeRefusal(
        'CAPTURE_ALREADY_ACCEPTED',
        `the same capture was accepted as ${conflict.package}`,
        options,
      );
    case 'other-capture':
      return new IntakeRefusal(
        'SEQUENCE_FORK',
        `another capture with this number was accepted as ${conflict.package}`,
        options,
      );
  }
}

async function knownDevice({ store }: JudgeContext, bundle: VerifiedBundle): Promise<Device> {
  const { id } = bundle.record.device;
  const device = await store.devices.get(id);
  if (device === undefined) {
    throw new IntakeRefusal('DEVICE_UNKNOWN', `device ${id} is not paired with this service`, {
      entry: bundlePath.captureRecord,
    });
  }
  if (device.publicKey !== toBase64(bundle.devicePublicKey)) {
    throw new IntakeRefusal('DEVICE_KEY_DIFFERS', `device ${id} was paired with another key`, {
      entry: bundlePath.datapackageDigest,
    });
  }
  return device;
}

/** Evidence anchored before its device was revoked is taken, and marked. */
function standingDefects(device: Device, anchorTime: number | undefined): IntakeDefect[] {
  if (device.revokedAt !== null) {
    if (anchorTime === undefined || anchorTime >= device.revokedAt)
      throw new IntakeRefusal('DEVICE_REVOKED', 'the device was revoked before the capture was anchored', {
        entry: bundlePath.captureRecord,
      });
    return ['device-revoked-after-anchor'];
  }
  return device.suspendedAt === null ? [] : ['device-suspended'];
}

async function isOurAnchor({ store }: JudgeContext, device: string, found: JournalProof): Promise<boolean> {
  if (found.token === undefined || found.proof === undefined) return false;
  const anchor = await store.anchors.get(device, found.digest);
  return (
    anchor !== undefined &&
    anchor.token === toBase64(found.token) &&
    equalBytes(toUtf8(anchor.proof), found.proof)
  );
}

/** That the challenge is of this device and number the bundle has shown itself. */
async function checkChallenge({ store }: JudgeContext, { challenge }: VerifiedBundle): Promise<void> {
  if (challenge === undefined) return;
  const issued = await store.challenges.byNonce(challenge.challenge.nonce);
  if (issued !== undefined && canonicalJson(JSON.parse(issued.file)) === canonicalJson(challenge)) return;
  throw new IntakeRefusal('CHALLENGE_NOT_ISSUED', 'the challenge was not issued by this service', {
    entry: bundlePath.challenge,
  });
}

async function checkJournal({ store }: JudgeContext, device: string, bundle: VerifiedBundle): Promise<void> {
  const first = bundle.journal[0]?.seq ?? 0;
  const known = await store.journalMarks.between(device, first, bundle.journal.at(-1)?.seq ?? 0);
  for (const mark of known) {
    const line = bundle.journal[mark.seq - first];
    if (line?.hash !== mark.hash)
      throw new IntakeRefusal('JOURNAL_FORK', `journal entry ${mark.seq} has two hashes`, {
        entry: bundlePath.journal,
      });
  }
}
