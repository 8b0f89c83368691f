import { CodedError } from '#shared/lib/errors';
import { type Leaf, leafBytes } from '#shared/log/leaf';
import { StoreError } from '../store/store-error.ts';
import type { LeafLog } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';

/**
 * Logs a leaf.
 * @returns its C2SP tlog-proof, once the leaf is durable.
 * @throws IntakeError WITNESSES_UNAVAILABLE (the leaf is in the log; `entry` is its index), LOG_FAILED; StoreError DISK_FULL
 */
export async function appendLeaf(log: LeafLog, leaf: Leaf): Promise<string> {
  try {
    return (await log.append(leafBytes(leaf))).proof;
  } catch (cause) {
    if (cause instanceof CodedError && cause.code === 'WITNESSES_UNAVAILABLE')
      throw new IntakeError('WITNESSES_UNAVAILABLE', cause.message, { entry: cause.entry, cause });
    if (cause instanceof StoreError) throw cause;
    throw new IntakeError('LOG_FAILED', 'the log did not take the entry', { entry: leaf.type, cause });
  }
}
