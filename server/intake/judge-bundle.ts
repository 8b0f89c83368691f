import { bundlePath } from '#shared/bundle/layout';
import type { VerifiedBundle } from '#shared/bundle/verify-bundle';
import { statementsOf } from '#shared/environment/statements-of';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { equalBytes } from '#shared/lib/equal-bytes';
import type { Sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { verifyChain } from '#shared/pki/verify-chain';
import type { ServiceDefect } from '#shared/seal/service-defect';
import type { Device } from '../store/devices.ts';
import type { Acceptance, Conflict } from '../store/verdicts.ts';
import { accountForNumbers } from './account-for-numbers.ts';
import type { IntakeContext } from './intake-context.ts';
import { IntakeRefusal } from './intake-error.ts';
import { sequenceOf } from './sequence-of.ts';

type JudgeContext = Pick<IntakeContext, 'store' | 'log' | 'now' | 'gapAfterMs' | 'ports' | 'signer'>;
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
    ...(await standingDefects(context, device, ours ? bundle.anchorTime : undefined)),
    ...((await isOurEnvironment(context, bundle)) ? [] : (['environment-not-ours'] as const)),
  ];
  await checkChallenge(context, device, bundle);
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
    defects: [...defects, ...(await accountForNumbers(context, device.id, sequenceOf(bundle.record.id)))],
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
    case 'challenge-used':
      return new IntakeRefusal(
        'CHALLENGE_USED',
        `the carried-in challenge was used by ${conflict.package}`,
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
async function standingDefects(
  { store }: JudgeContext,
  device: Device,
  anchorTime: number | undefined,
): Promise<ServiceDefect[]> {
  if (device.revokedAt !== null) {
    if (anchorTime === undefined || anchorTime >= device.revokedAt)
      throw new IntakeRefusal('DEVICE_REVOKED', 'the device was revoked before the capture was anchored', {
        entry: bundlePath.captureRecord,
      });
    return ['device-revoked-after-anchor'];
  }
  if (device.suspendedAt !== null) return ['device-suspended'];
  return (await store.devices.hasForked(device.id)) ? ['device-forked-before'] : [];
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

/** Whether every statement in the environment report was signed under the root we sign under. */
async function isOurEnvironment(
  { ports, signer }: JudgeContext,
  { environment }: VerifiedBundle,
): Promise<boolean> {
  if (environment === undefined) return true;
  const root = parseCertificate(signer.chain.at(-1) ?? signer.certificate);
  for (const { signed } of statementsOf(environment)) {
    const [leaf, ...intermediates] = parsePem(signed.certificate, 'CERTIFICATE').map(parseCertificate);
    const at = Date.parse(signed.statement.at);
    const chain = leaf && (await verifyChain(ports, leaf, intermediates, [root], at).catch(() => undefined));
    if (chain === undefined) return false;
  }
  return true;
}

/** That the challenge is of this device and number the bundle has shown itself. */
async function checkChallenge(
  { store }: JudgeContext,
  { organisation }: Device,
  { challenge }: VerifiedBundle,
): Promise<void> {
  if (challenge === undefined) return;
  const { nonce, version } = challenge.challenge;
  const carried = version === 2 ? await store.carriedChallenges.byNonce(nonce) : undefined;
  const issued =
    version === 1
      ? await store.challenges.byNonce(nonce)
      : carried?.organisation === organisation
        ? carried
        : undefined;
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
