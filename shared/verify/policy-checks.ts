import { leafBytes } from '#shared/log/leaf';
import { LogError } from '#shared/log/log-error';
import { type VerifiedTlogProof, verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { packagePath } from '#shared/seal/layout';
import { anchorOf, requireCertificates, useAnchor } from './anchor-of.ts';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { sealLeafOf } from './log-checks.ts';
import { NotChecked } from './not-checked.ts';
import { textAt } from './package-members.ts';
import { need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const givenAnchor = {
  zh: '您给出的信任锚(--trust),不取自封存包',
  en: 'the trust anchors you gave (--trust), never the package',
};

/** A stranger's CA fails here, however consistent the rest is. */
export const trustedSignerCheck: CheckDefinition = {
  id: 'trusted-signer',
  proves: {
    zh: '签署人的证书由您信任的机构签发',
    en: 'the signer holds a certificate of an authority you trust',
  },
  restsOn: givenAnchor,
  async run(verification) {
    const { signer, certificates, signedAt } = need(verification, 'signature');
    const entry = packagePath.cms;
    requireCertificates(verification, entry);
    const root = await anchorOf(verification, { entry, signer, certificates, genTime: signedAt });
    if (root === undefined)
      throw new VerifyError('SIGNER_NOT_TRUSTED', `${signer.subject.text} does not chain to an anchor`, {
        entry,
      });
    useAnchor(verification, root);
  },
};

/** All tokens of the package, each judged at its own genTime. */
export const trustedTimeCheck: CheckDefinition = {
  id: 'trusted-time',
  proves: {
    zh: '包内每个时间戳都由您信任的机构签发(按各自的时间判断)',
    en: 'every time-stamp comes from an authority you trust, judged at its own time',
  },
  restsOn: givenAnchor,
  async run(verification) {
    const { found, anchors } = verification;
    const sealed = [need(verification, 'sealTime'), ...(found.furtherSealTimes ?? []), found.signatureTime];
    const others = [found.startTime, found.anchorTime, need(verification, 'bundleTime')];
    requireCertificates(verification, packagePath.token);
    let untrusted: string | undefined;
    const authorities = new Set<string>();
    for (const stamp of [...sealed, ...others]) {
      if (stamp === undefined) continue;
      const root = await anchorOf(verification, stamp);
      if (root === undefined) untrusted ??= stamp.entry;
      else useAnchor(verification, root);
      if (root !== undefined && sealed.includes(stamp)) authorities.add(stamp.signer.subject.text);
    }
    if (authorities.size < anchors.policy.timeStamps)
      throw new VerifyError(
        'TOO_FEW_TIME_STAMPS',
        `${authorities.size} of ${anchors.policy.timeStamps} authorities`,
        { entry: untrusted ?? packagePath.token },
      );
    if (untrusted !== undefined)
      throw new NotChecked('NOT_ANCHORED', 'no anchor vouches for the time-stamp', { entry: untrusted });
  },
};

/** The log the user knows holds the seal. */
export const trustedLogCheck: CheckDefinition = {
  id: 'trusted-log',
  proves: { zh: '封存已记入您信任的日志', en: 'the seal is in a log you trust' },
  restsOn: givenAnchor,
  async run(verification) {
    const entry = packagePath.logProof;
    need(verification, 'sealProof');
    const { logKeys } = verification.anchors;
    if (logKeys.length === 0) throw new NotChecked('NO_ANCHOR_GIVEN', 'no log key given', { entry });
    const { origin } = await verifySealProof(verification, []);
    verification.usedAnchors.add(`log ${origin}`);
  },
};

/** Without witnesses a log could show different histories to different people (可分叉). */
export const witnessesCheck: CheckDefinition = {
  id: 'witnesses',
  proves: {
    zh: '您信任的见证方已会签该日志检查点:日志未对不同的人展示不同历史',
    en: 'witnesses you trust cosigned the checkpoint: the log shows everybody one history',
  },
  restsOn: givenAnchor,
  async run(verification) {
    const entry = packagePath.logProof;
    need(verification, 'sealProof');
    const { witnessKeys, policy } = verification.anchors;
    if (witnessKeys.length === 0 && policy.witnesses === 0)
      throw new NotChecked('NO_ANCHOR_GIVEN', 'no witness key given', { entry });
    const { cosigners } = await verifySealProof(verification, witnessKeys);
    if (cosigners.length < policy.witnesses)
      throw new VerifyError('TOO_FEW_WITNESSES', `${cosigners.length} of ${policy.witnesses} cosigned`, {
        entry,
      });
    if (cosigners.length === 0) throw new NotChecked('NOT_ANCHORED', 'no trusted witness', { entry });
    for (const { name } of cosigners) verification.usedAnchors.add(`witness ${name}`);
  },
};

/**
 * The proof of the seal once more, now against the user's log keys; without any, against the package's own, which is
 * then only as good as the seal.
 */
async function verifySealProof(
  verification: Verification,
  witnessKeys: readonly string[],
): Promise<VerifiedTlogProof> {
  const { anchors, ports } = verification;
  const entry = packagePath.logProof;
  const given = anchors.logKeys.length > 0;
  const logKeys = given ? anchors.logKeys : [need(verification, 'trustFolder').log.vkey];
  return inEntry(entry, async () => {
    const text = textAt(need(verification, 'members'), entry);
    try {
      return await verifyTlogProof(ports, text, leafBytes(sealLeafOf(verification)), {
        logKeys,
        witnessKeys,
      });
    } catch (cause) {
      if (!(cause instanceof LogError) || cause.code !== 'LOG_KEY_UNKNOWN') throw cause;
      throw new VerifyError('LOG_NOT_TRUSTED', 'the checkpoint is not signed by a log you trust', {
        entry,
        cause,
      });
    }
  });
}
