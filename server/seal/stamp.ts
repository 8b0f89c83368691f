import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { packagePath } from '#shared/seal/layout';
import { authorityOf, type TokenAuthority } from './authority-of.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { memberOutput, readMember, writeMember } from './work-folder.ts';

/**
 * Time-stamps the bundle with the first authority that answers, in configured order. That authority stamps the rest
 * of this seal too, because `trust/`, which the seal covers, names it.
 */
export const stampBundle: SealStep = {
  name: 'bundle-time-stamp',
  outputs: ({ captureId }) => [memberOutput(packagePath.bundleToken(captureId))],
  async run(work) {
    const { trust, captureId, bundle } = work;
    const path = packagePath.bundleToken(captureId);
    if (trust.authorities.length === 0)
      throw new SealError('NO_TIME_STAMP_AUTHORITY', 'no time-stamp authority is configured', {
        entry: path,
      });
    const failures: unknown[] = [];
    for (const authority of trust.authorities) {
      try {
        const token = await authority.stamp(fromHex(bundle.sha256));
        await writeMember(work, path, () => token);
        return;
      } catch (error) {
        failures.push(error);
      }
    }
    const cause =
      failures.length === 1 ? failures[0] : new AggregateError(failures, 'every authority failed');
    throw new SealError('TIME_STAMP_FAILED', 'no time-stamp authority answered', { entry: path, cause });
  },
};

/** Time-stamps the sealed text: `openssl cms` ignores the token inside the signature. */
export const stampTagManifest: SealStep = {
  name: 'seal-time-stamp',
  outputs: () => [memberOutput(packagePath.token)],
  async run(work) {
    const digest = sha256(await readMember(work, packagePath.tagManifest));
    await writeMember(work, packagePath.token, () => stamp(work, digest, packagePath.token));
  },
};

/**
 * The authority that stamped the bundle.
 * @throws SealError `TRUST_CHANGED` when it is no longer configured.
 */
export async function sealAuthority(work: SealWork): Promise<TokenAuthority> {
  const entry = packagePath.bundleToken(work.captureId);
  const token = await readMember(work, entry);
  const authority = await authorityOf(work.trust, token, fromHex(work.bundle.sha256));
  if (authority !== undefined) return authority;
  throw new SealError('TRUST_CHANGED', 'the authority that stamped the bundle is no longer configured', {
    entry,
  });
}

/**
 * A TimeStampResp over `digest` by the seal's authority, signed with the certificate that `trust/` names.
 * @param entry what is stamped, for the error.
 * @throws SealError `TIME_STAMP_FAILED`, `TRUST_CHANGED`.
 */
export async function stamp(work: SealWork, digest: Uint8Array, entry: string): Promise<Uint8Array> {
  const { authority, signer } = await sealAuthority(work);
  let token: Uint8Array;
  try {
    token = await authority.stamp(digest);
  } catch (cause) {
    throw new SealError('TIME_STAMP_FAILED', `${authority.name} gave no time-stamp`, { entry, cause });
  }
  const made = await authorityOf(work.trust, token, digest);
  if (made !== undefined && equalBytes(made.signer, signer)) return token;
  throw new SealError('TIME_STAMP_FAILED', `${authority.name} now signs with another certificate`, { entry });
}
