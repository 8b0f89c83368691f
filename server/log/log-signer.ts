import { toHex } from '#shared/lib/hex';
import { toUtf8 } from '#shared/lib/utf8';
import type { NoteSignature } from '#shared/log/signed-note';
import { formatVerifierKey, verifierKey } from '#shared/log/verifier-key';
import type { Ed25519Key } from './ed25519-key.ts';

/** The log's key under the log's origin. */
export interface LogSigner {
  readonly origin: string;
  readonly vkey: string;
  /** Name and key id (hex), as `verifyCheckpoint` names the key it found. */
  readonly label: string;
  /** Signature on a checkpoint text. */
  sign(text: string): NoteSignature;
}

/** @throws LogError KEY_MALFORMED when the origin cannot be a key name. */
export function logSigner(origin: string, key: Ed25519Key): LogSigner {
  const verifier = verifierKey('log', origin, key.publicKey);
  return {
    origin,
    vkey: formatVerifierKey(verifier),
    label: `${origin}+${toHex(verifier.id)}`,
    sign: (text) => ({ name: origin, id: verifier.id, signature: key.sign(toUtf8(text)) }),
  };
}
