import { fromBase64 } from '#shared/lib/base64';
import { LogError, type LogErrorCode } from './log-error.ts';
import { HASH_BYTES } from './merkle-hash.ts';

/**
 * A hash in strict base64 (RFC 4648 §4), as checkpoints and proofs write it.
 * @returns 32 bytes.
 * @throws LogError with `code`, naming `entry`.
 */
export function parseBase64Hash(
  text: string,
  entry: string,
  code: LogErrorCode = 'HASH_MALFORMED',
): Uint8Array {
  let hash: Uint8Array;
  try {
    hash = fromBase64(text);
  } catch (cause) {
    throw new LogError(code, `${entry} is not base64`, { entry, cause });
  }
  if (hash.length !== HASH_BYTES) throw new LogError(code, `${entry} is not a SHA-256 hash`, { entry });
  return hash;
}
