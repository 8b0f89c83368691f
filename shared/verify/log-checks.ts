import { bundlePath } from '#shared/bundle/layout';
import { canonicalJson } from '#shared/lib/canonical-json';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { type Leaf, leafBytes } from '#shared/log/leaf';
import { LogError } from '#shared/log/log-error';
import { type VerifiedTlogProof, verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { packagePath } from '#shared/seal/layout';
import type { SealLeaf } from '#shared/seal/seal-leaf';
import { insideBundle } from './bundle-checks.ts';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { NotChecked } from './not-checked.ts';
import { memberAt, textAt } from './package-members.ts';
import { need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const packageLog = {
  zh: '包内 trust/log.vkey 所指的日志;该日志是否可信另见 trusted-log',
  en: 'the log that trust/log.vkey names; whether it is trusted is judged by trusted-log',
};

/** The leaf that commits to everything the manifests do. */
export function sealLeafOf(verification: Verification): SealLeaf {
  const members = need(verification, 'members');
  const { externalIdentifier, previousSeal } = need(verification, 'bagInfo');
  const digest = (path: string) => memberAt(members, path).sha256;
  return {
    type: 'evidence-seal/v1',
    packageId: externalIdentifier,
    bundle: digest(packagePath.bundle(need(verification, 'captureId'))),
    previous: previousSeal,
    tagManifest: digest(packagePath.tagManifest),
    sealManifest: digest(packagePath.sealManifest),
  };
}

/**
 * The seal is in the log. Nothing covers the proof itself, so it may hold nothing unverified: every signature on its
 * checkpoint must be by a key of `trust/`.
 */
export const sealLogCheck: CheckDefinition = {
  id: 'seal-log',
  proves: {
    zh: '封存已记入日志:日志叶提交到证据包、全部清单、签名与时间戳',
    en: 'the seal is in the log; its leaf commits to bundle, manifests, signatures and time-stamps',
  },
  restsOn: packageLog,
  run: (verification) =>
    inEntry(packagePath.logProof, async () => {
      const { log, witnesses } = need(verification, 'trustFolder');
      const proof = await verifyTlogProof(
        verification.ports,
        textAt(need(verification, 'members'), packagePath.logProof),
        leafBytes(sealLeafOf(verification)),
        { logKeys: [log.vkey], witnessKeys: witnesses.map(({ vkey }) => vkey) },
      );
      if (proof.unknown.length > 0)
        throw new VerifyError('UNKNOWN_COSIGNATURE', `signature by ${proof.unknown[0]}, not in trust/`, {
          entry: packagePath.logProof,
        });
      verification.found.sealProof = proof;
    }),
};

/** The challenge was logged before the capture. */
export const startLogCheck: CheckDefinition = {
  id: 'start-log',
  proves: {
    zh: '起始时间凭证(含预留的取证编号)已记入日志',
    en: 'the challenge, with the capture number it reserved, is in the log',
  },
  restsOn: packageLog,
  async run(verification) {
    const entry = insideBundle(need(verification, 'captureId'), bundlePath.challenge);
    const { challenge } = need(verification, 'bundle');
    if (challenge === undefined) throw new NotChecked('NOT_PRESENT', 'no challenge', { entry });
    const digest = sha256Hex(toUtf8(canonicalJson(challenge.challenge)));
    await verifyBundleProof(verification, entry, challenge.proof, {
      type: 'evidence-challenge/v1',
      challenge: digest,
    });
  },
};

/** The journal's digest was logged when it was stamped. */
export const anchorLogCheck: CheckDefinition = {
  id: 'anchor-log',
  proves: {
    zh: '操作日志的摘要在固定时已记入日志',
    en: 'the digest of the journal was logged when it was anchored',
  },
  restsOn: packageLog,
  async run(verification) {
    const entry = insideBundle(need(verification, 'captureId'), bundlePath.journalProof);
    const { journal, proof, record } = need(verification, 'bundle');
    if (proof === undefined) throw new NotChecked('NOT_PRESENT', 'no proof of the anchor', { entry });
    await verifyBundleProof(verification, entry, await inEntry(entry, () => fromUtf8(proof)), {
      type: 'evidence-anchor/v1',
      device: record.device.id,
      digest: sha256Hex(journal) as Sha256,
    });
  },
};

/**
 * A proof that the bundle carries may be older than the log key of the seal; then only a key the user gives can
 * verify it.
 */
async function verifyBundleProof(
  verification: Verification,
  entry: string,
  text: string,
  leaf: Leaf,
): Promise<VerifiedTlogProof> {
  const { log, witnesses } = need(verification, 'trustFolder');
  const { anchors, ports } = verification;
  const logKeys = [...new Set([log.vkey, ...anchors.logKeys])];
  const witnessKeys = [...new Set([...witnesses.map(({ vkey }) => vkey), ...anchors.witnessKeys])];
  try {
    return await verifyTlogProof(ports, text, leafBytes(leaf), { logKeys, witnessKeys });
  } catch (cause) {
    if (cause instanceof LogError && cause.code === 'LOG_KEY_UNKNOWN')
      throw new NotChecked('NOT_ANCHORED', 'the proof is by another log key', { entry, cause });
    return inEntry(entry, () => {
      throw cause;
    });
  }
}
