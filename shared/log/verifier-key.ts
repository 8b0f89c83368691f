import { fromBase64, toBase64 } from '#shared/lib/base64';
import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { fromHex, toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { isKeyName } from './key-name.ts';
import { LogError } from './log-error.ts';

/** `log` signs note texts (type 0x01); `witness` makes timestamped cosignatures (type 0x04, C2SP tlog-cosignature). */
export type VerifierKeyKind = 'log' | 'witness';

export interface VerifierKey {
  readonly kind: VerifierKeyKind;
  readonly name: string;
  /** Ed25519 public key, 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
  /** SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]; 4 bytes. */
  readonly id: Uint8Array;
}

const types: Record<VerifierKeyKind, number> = { log: 0x01, witness: 0x04 };

/**
 * The key with its id.
 * @param publicKey 32 bytes.
 * @throws LogError KEY_MALFORMED for a name that no note could carry or a key of another length.
 */
export function verifierKey(kind: VerifierKeyKind, name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw malformed('key name is empty or holds a space or a plus', name);
  if (publicKey.length !== 32) throw malformed('not a 32-byte Ed25519 key', name);
  const preimage = concatBytes(toUtf8(`${name}\n`), Uint8Array.of(types[kind]), publicKey);
  return { kind, name, publicKey, id: sha256(preimage).slice(0, 4) };
}

/** `<name>+<key id, hex>+<base64(type ‖ public key)>`, the vkey of C2SP signed-note. */
export function formatVerifierKey({ kind, name, id, publicKey }: VerifierKey): string {
  return `${name}+${toHex(id)}+${toBase64(concatBytes(Uint8Array.of(types[kind]), publicKey))}`;
}

/**
 * Strict inverse of `formatVerifierKey`.
 * @throws LogError KEY_MALFORMED for any other text, an unknown signature type, or a key id that does not match.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(text) ?? [];
  const bytes = decodeKey(encoded, text);
  const kind = (Object.keys(types) as VerifierKeyKind[]).find((candidate) => types[candidate] === bytes[0]);
  if (kind === undefined) throw malformed('not an Ed25519 log or witness key', text);
  const key = verifierKey(kind, name, bytes.slice(1));
  if (!equalBytes(key.id, fromHex(id))) throw malformed('key id does not match the key', text);
  return key;
}

function decodeKey(encoded: string, text: string): Uint8Array {
  if (encoded === '') throw malformed('not name+id+key', text);
  try {
    return fromBase64(encoded);
  } catch (cause) {
    throw new LogError('KEY_MALFORMED', 'key is not base64', { entry: text, cause });
  }
}

function malformed(message: string, entry: string): LogError {
  return new LogError('KEY_MALFORMED', message, { entry });
}
