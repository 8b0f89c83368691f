import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { fromHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { journalDigest } from '#shared/seal/certificate/certificate-facts';
import { authoritiesOf, type TokenAuthority } from './authority-of.ts';
import { readAnchorToken } from './read-anchor-token.ts';
import type { SealWork } from './seal-work.ts';

/** A token of a capture, what it is over, and the configured authorities it verifies with. */
export interface TimeToken {
  /** TimeStampResp, DER. */
  readonly token: Uint8Array;
  readonly digest: Uint8Array;
  readonly authorities: readonly TokenAuthority[];
}

/** Of t0, over the challenge; `undefined` where the capture has none. */
export const challengeToken = onceForEach(async ({ bundle, trust }) => {
  const { challenge } = bundle;
  if (challenge === undefined) return undefined;
  const token = fromBase64(challenge.token);
  return judged(trust, token, sha256(toUtf8(canonicalJson(challenge.challenge))));
});

/** Of t1, over the journal; `undefined` where the capture was not anchored. */
export const anchorToken = onceForEach(async (work) => {
  const token = await readAnchorToken(work);
  return token && judged(work.trust, token, fromHex(journalDigest(work.bundle.journal)));
});

async function judged(trust: SealWork['trust'], token: Uint8Array, digest: Uint8Array): Promise<TimeToken> {
  return { token, digest, authorities: await authoritiesOf(trust, token, digest) };
}

/** Bundle and keys of one work do not change, and several steps ask. */
function onceForEach<T>(make: (work: SealWork) => Promise<T>): (work: SealWork) => Promise<T> {
  const made = new WeakMap<SealWork, Promise<T>>();
  return (work) => {
    const known = made.get(work) ?? make(work);
    made.set(work, known);
    return known;
  };
}
