import * as v from 'valibot';
import { BundleError } from '#shared/bundle/bundle-error';
import { canonicalFile, parseCanonicalFile } from '#shared/bundle/canonical-file';
import { fromBase64, toBase64 } from '#shared/lib/base64';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex } from '#shared/lib/hex';
import type { CollectedStamp } from '../trust/collect-stamps.ts';
import { madeBy, type TokenAuthority } from './authority-of.ts';
import { SealError } from './seal-error.ts';
import type { SealWork } from './seal-work.ts';
import { readOutput, writeOutput } from './work-folder.ts';

/** Not in the package: who stamps this seal, with the token over the bundle that shows each one's certificates. */
export const ELECTED = 'time-stamps.json';

const electedSchema = v.array(v.strictObject({ authority: v.string(), token: v.string() }));

interface ElectedAuthority extends TokenAuthority {
  /** Its TimeStampResp over the bundle, DER. */
  readonly token: Uint8Array;
}

export async function writeElected(work: SealWork, stamps: readonly CollectedStamp[]): Promise<void> {
  const elected = stamps.map(({ authority, token }) => ({
    authority: authority.name,
    token: toBase64(token),
  }));
  await writeOutput(work, ELECTED, canonicalFile(elected));
}

/**
 * The authorities that stamped the bundle and stamp the rest of this seal, in their order; at least one.
 * @throws SealError `OUTPUT_MISSING`, `WORK_MALFORMED`, `TRUST_CHANGED` when one is no longer configured.
 */
export async function electedAuthorities(work: SealWork): Promise<ElectedAuthorities> {
  const bytes = await readOutput(work, ELECTED);
  const known = verified.get(work);
  if (known !== undefined && equalBytes(known.bytes, bytes)) return known.authorities;
  const authorities = await verifyElected(work, bytes);
  verified.set(work, { bytes, authorities });
  return authorities;
}

type ElectedAuthorities = readonly [ElectedAuthority, ...ElectedAuthority[]];
/** Six steps of a seal ask for them. */
const verified = new WeakMap<SealWork, { bytes: Uint8Array; authorities: ElectedAuthorities }>();

async function verifyElected(work: SealWork, bytes: Uint8Array): Promise<ElectedAuthorities> {
  const digest = fromHex(work.bundle.sha256);
  const elected: ElectedAuthority[] = [];
  for (const { authority: name, token: base64 } of parseElected(bytes)) {
    const token = fromBase64(base64);
    const authority = work.trust.authorities.find((one) => one.name === name);
    const made = authority && (await madeBy(authority, token, digest));
    if (made === undefined)
      throw new SealError('TRUST_CHANGED', `${name}, which stamped the bundle, is no longer configured`, {
        entry: ELECTED,
      });
    elected.push({ ...made, token });
  }
  const [first, ...further] = elected;
  if (first === undefined) throw malformed();
  return [first, ...further];
}

function parseElected(bytes: Uint8Array): v.InferOutput<typeof electedSchema> {
  try {
    return parseCanonicalFile(electedSchema, bytes, ELECTED);
  } catch (cause) {
    if (!(cause instanceof BundleError)) throw cause;
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): SealError {
  return new SealError('WORK_MALFORMED', `${ELECTED} is damaged`, { entry: ELECTED, cause });
}
