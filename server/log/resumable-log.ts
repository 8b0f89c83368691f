import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import { LogError } from '#shared/log/log-error';
import { leafHash } from '#shared/log/merkle-hash';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { nodePorts } from '../store/node-ports.ts';
import { AppendError } from './append-error.ts';
import type { TransparencyLog } from './open-log.ts';
import type { Appended } from './sequencer.ts';

/** Remembers, durably, where leaves lie that are in the log but were not acknowledged. */
export interface PendingLeaves {
  get(leafHash: Sha256): Promise<bigint | undefined>;
  put(leafHash: Sha256, index: bigint): Promise<void>;
  delete(leafHash: Sha256): Promise<void>;
}

/**
 * A log on which an append that failed for want of cosignatures (WITNESSES_UNAVAILABLE) may be tried again: the leaf
 * is in the log already, so the same bytes again are answered with a proof of that entry, as soon as a checkpoint
 * with enough cosignatures holds it, and are not appended a second time. Until then `append` rejects at once with
 * WITNESSES_UNAVAILABLE.
 */
export function resumableLog(log: TransparencyLog, pending: PendingLeaves): TransparencyLog {
  return {
    ...log,
    async append(leaf) {
      const hash = toHex(leafHash(leaf)) as Sha256;
      const index = await pending.get(hash);
      const appended = index === undefined ? undefined : await proveAt(log, leaf, index);
      if (appended === undefined) return appendNew(log, pending, leaf, hash);
      await pending.delete(hash);
      return appended;
    },
  };
}

async function appendNew(
  log: TransparencyLog,
  pending: PendingLeaves,
  leaf: Uint8Array,
  hash: Sha256,
): Promise<Appended> {
  try {
    const appended = await log.append(leaf);
    await pending.delete(hash);
    return appended;
  } catch (error) {
    if (error instanceof AppendError && error.code === 'WITNESSES_UNAVAILABLE')
      await pending.put(hash, BigInt(error.entry ?? ''));
    throw error;
  }
}

/**
 * The entry at `index`, proved; `undefined` when another leaf lies there, as in a log restored from an older copy.
 * @throws AppendError WITNESSES_UNAVAILABLE while no published checkpoint holds it.
 */
async function proveAt(log: TransparencyLog, leaf: Uint8Array, index: bigint): Promise<Appended | undefined> {
  try {
    const proof = await log.prove(index);
    await verifyTlogProof(nodePorts, proof, leaf, { logKeys: [log.vkey] });
    return { index, proof };
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause;
    if (cause.code === 'INCLUSION_INVALID') return undefined;
    if (cause.code !== 'INDEX_OUT_OF_RANGE') throw cause;
    const message = 'too few witnesses have cosigned; the leaf is in the log';
    throw new AppendError('WITNESSES_UNAVAILABLE', message, { entry: String(index), cause });
  }
}
