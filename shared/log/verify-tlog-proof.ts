import type { Ports } from '#shared/lib/port';
import { LogError } from './log-error.ts';
import { leafHash } from './merkle-hash.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { type LogTrust, type VerifiedCheckpoint, verifyCheckpoint } from './verify-checkpoint.ts';
import { verifyInclusion } from './verify-inclusion.ts';

export interface VerifiedTlogProof extends VerifiedCheckpoint {
  /** Zero-based index of the leaf in the log. */
  readonly index: bigint;
}

/**
 * Verifies offline that a trusted log holds `leaf` (C2SP tlog-proof): strict text, checkpoint signatures, witnesses,
 * inclusion. Extra data is refused, because nothing authenticates it and our proofs carry none.
 * @param leaf the bytes appended to the log, not their hash.
 * @throws LogError PROOF_MALFORMED, NOTE_MALFORMED, CHECKPOINT_MALFORMED, EXTRA_DATA, KEY_MALFORMED,
 *   LOG_KEY_UNKNOWN, SIGNATURE_INVALID, TOO_FEW_COSIGNATURES, INDEX_OUT_OF_RANGE, INCLUSION_INVALID.
 */
export async function verifyTlogProof(
  ports: Ports,
  text: string,
  leaf: Uint8Array,
  trust: LogTrust,
): Promise<VerifiedTlogProof> {
  const { index, hashes, checkpoint, extra } = parseTlogProof(text);
  if (extra !== undefined) throw new LogError('EXTRA_DATA', 'proof carries unauthenticated extra data');
  const verified = await verifyCheckpoint(ports, checkpoint, trust);
  verifyInclusion({ index, size: verified.size, leaf: leafHash(leaf), hashes, root: verified.root });
  return { ...verified, index };
}
