import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex, toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { packagePath } from '#shared/seal/layout';
import { type CollectedStamp, collectStamps } from '../trust/collect-stamps.ts';
import { TrustError } from '../trust/trust-error.ts';
import { madeBy, type TokenAuthority } from './authority-of.ts';
import { ELECTED, electedAuthorities, writeElected } from './elected-authorities.ts';
import { SealError } from './seal-error.ts';
import type { SealStep, SealWork } from './seal-work.ts';
import { hasOutput, memberOutput, readMember, writeMember, writeOutput } from './work-folder.ts';

/**
 * Has the bundle time-stamped by as many authorities as are required. Those that answer first stamp the rest of this
 * seal too, because `trust/`, which the seal covers, names them; the first one's token of the bundle is in the package.
 */
export const stampBundle: SealStep = {
  name: 'bundle-time-stamp',
  outputs: ({ captureId }) => [ELECTED, memberOutput(packagePath.bundleToken(captureId))],
  async run(work) {
    const path = packagePath.bundleToken(work.captureId);
    if (!(await hasOutput(work, ELECTED))) await writeElected(work, await elect(work, path));
    const [first] = await electedAuthorities(work);
    await writeOutput(work, memberOutput(path), first.token);
  },
};

/** Time-stamps the sealed text: `openssl cms` ignores the token inside the signature. */
export const stampTagManifest: SealStep = {
  name: 'seal-time-stamp',
  outputs: ({ trust }) =>
    Array.from({ length: trust.requiredTimeStamps }, (_, index) => memberOutput(tokenPath(index + 1))),
  async run(work) {
    const digest = sha256(await readMember(work, packagePath.tagManifest));
    for (const [index, elected] of (await electedAuthorities(work)).entries()) {
      const path = tokenPath(index + 1);
      await writeMember(work, path, () => stampBy(elected, digest, path));
    }
  },
};

/**
 * A TimeStampResp over `digest` by the first of the seal's authorities, signed with the certificate that `trust/`
 * names.
 * @param entry what is stamped, for the error.
 * @throws SealError `AUTHORITY_LOST`, `TRUST_CHANGED`.
 */
export async function stamp(work: SealWork, digest: Uint8Array, entry: string): Promise<Uint8Array> {
  const [first] = await electedAuthorities(work);
  return stampBy(first, digest, entry);
}

/** Tokens of different signers: two addresses of one authority are one authority. */
async function elect({ trust, bundle }: SealWork, entry: string): Promise<readonly CollectedStamp[]> {
  const { authorities, requiredTimeStamps: required } = trust;
  if (authorities.length === 0)
    throw new SealError('NO_TIME_STAMP_AUTHORITY', 'no time-stamp authority is configured', { entry });
  const digest = fromHex(bundle.sha256);
  try {
    const stamps = await collectStamps(authorities, digest, { required });
    const made = await Promise.all(stamps.map(({ authority, token }) => madeBy(authority, token, digest)));
    if (new Set(made.map((one) => one && toHex(one.signer))).size === required) return stamps;
    throw new SealError('TOO_FEW_TIME_STAMPS', 'two time-stamp services sign with the same certificate', {
      entry,
    });
  } catch (cause) {
    if (!(cause instanceof TrustError) || cause.code !== 'TOO_FEW_TIME_STAMPS') throw cause;
    throw new SealError('TOO_FEW_TIME_STAMPS', cause.message, { entry, cause });
  }
}

async function stampBy(
  { authority, signer }: TokenAuthority,
  digest: Uint8Array,
  entry: string,
): Promise<Uint8Array> {
  const lost = (why: string, cause?: unknown) =>
    new SealError('AUTHORITY_LOST', `${authority.name} ${why} for ${entry}`, {
      entry: authority.name,
      cause,
    });
  let token: Uint8Array;
  try {
    token = await authority.stamp(digest);
  } catch (cause) {
    throw lost('gave no time-stamp', cause);
  }
  const made = await madeBy(authority, token, digest);
  if (made !== undefined && equalBytes(made.signer, signer)) return token;
  throw lost('now signs with another certificate');
}

function tokenPath(n: number): string {
  return n === 1 ? packagePath.token : packagePath.furtherToken(n);
}
