import { concatBytes } from '#shared/lib/concat-bytes';
import { toUtf8 } from '#shared/lib/utf8';
import { LogError } from './log-error.ts';

export interface Cosignature {
  /** When the witness signed, POSIX seconds. */
  readonly seconds: bigint;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
}

const BYTES = 8 + 64;
const MAX_SECONDS = 2n ** 63n - 1n;

/** What a witness signs (C2SP tlog-cosignature, "Ed25519 signed message"); `text` is the whole checkpoint text. */
export function cosignatureMessage(text: string, seconds: bigint): Uint8Array<ArrayBuffer> {
  return toUtf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** `timestamped_signature`: big-endian uint64 seconds, then the signature; 72 bytes. */
export function encodeCosignature({ seconds, signature }: Cosignature): Uint8Array {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, seconds);
  return concatBytes(time, signature);
}

/**
 * Inverse of `encodeCosignature`.
 * @throws LogError NOTE_MALFORMED for another length or a time over 2^63 − 1.
 */
export function decodeCosignature(bytes: Uint8Array): Cosignature {
  if (bytes.length !== BYTES) throw new LogError('NOTE_MALFORMED', `cosignature is not ${BYTES} bytes`);
  const seconds = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  if (seconds > MAX_SECONDS) throw new LogError('NOTE_MALFORMED', 'cosignature time is over 2^63 − 1');
  return { seconds, signature: bytes.slice(8) };
}
