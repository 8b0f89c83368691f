import { toBase64 } from '#shared/lib/base64';
import type { TimeStamper } from './intake-context.ts';
import { IntakeError } from './intake-error.ts';

/**
 * Has a 32-byte digest time-stamped.
 * @returns the TimeStampResp, base64.
 * @throws IntakeError TIME_STAMP_FAILED
 */
export async function stampDigest(stamper: TimeStamper, digest: Uint8Array): Promise<string> {
  try {
    return toBase64(await stamper.stamp(digest));
  } catch (cause) {
    throw new IntakeError('TIME_STAMP_FAILED', 'the time-stamp authority gave no token', { cause });
  }
}
