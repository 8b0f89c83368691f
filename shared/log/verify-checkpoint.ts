import { toHex } from '#shared/lib/hex';
import type { Ports } from '#shared/lib/port';
import { toUtf8 } from '#shared/lib/utf8';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignatureMessage, decodeCosignature } from './cosignature.ts';
import { ed25519Spki } from './ed25519-spki.ts';
import { LogError } from './log-error.ts';
import { isSameKey, type NoteSignature, type SignedNote } from './signed-note.ts';
import { parseVerifierKey, type VerifierKey } from './verifier-key.ts';

/** Whom the caller trusts. Never taken from the thing being verified. */
export interface LogTrust {
  /** vkeys of logs (type 0x01). */
  readonly logKeys: readonly string[];
  /** vkeys of witnesses (type 0x04). */
  readonly witnessKeys?: readonly string[];
  /** How many different witness keys must have cosigned; 0 when absent. */
  readonly threshold?: number;
}

export interface Cosigner {
  /** Key name of the witness. */
  readonly name: string;
  /** When it says it signed, UTC ms. */
  readonly at: number;
}

export interface VerifiedCheckpoint extends Checkpoint {
  /** Name and key id (hex) of the log key whose signature was verified. */
  readonly logKey: string;
  /** Trusted witnesses whose cosignature was verified; one entry for each distinct public key. */
  readonly cosigners: readonly Cosigner[];
  /**
   * Key name and id (hex) of signatures by keys not given: ignored, as C2SP signed-note demands, hence not even
   * checked. A caller that must notice every altered bit gives all keys it has and refuses when this is not empty.
   */
  readonly unknown: readonly string[];
}

/**
 * Verifies the signatures of a checkpoint: one by a trusted key whose name is the origin, none wrong among those of
 * known keys, and at least `threshold` witnesses. A witness key that occurs under two names counts once, because an
 * Ed25519 cosignature does not commit to the name.
 * @throws LogError CHECKPOINT_MALFORMED, KEY_MALFORMED (a given vkey), SIGNATURE_INVALID, LOG_KEY_UNKNOWN,
 *   TOO_FEW_COSIGNATURES.
 */
export async function verifyCheckpoint(
  ports: Ports,
  note: SignedNote,
  { logKeys, witnessKeys = [], threshold = 0 }: LogTrust,
): Promise<VerifiedCheckpoint> {
  const checkpoint = parseCheckpoint(note.text);
  const logs = keysOfKind('log', logKeys).filter(({ name }) => name === checkpoint.origin);
  const witnesses = keysOfKind('witness', witnessKeys);
  const unknown: string[] = [];
  const cosigners = new Map<string, Cosigner>();
  let logKey: string | undefined;
  for (const signature of note.signatures) {
    const key = [...logs, ...witnesses].find((candidate) => isSameKey(candidate, signature));
    if (key === undefined) unknown.push(labelOf(signature));
    else if (key.kind === 'log') logKey = await verifyLogSignature(ports, key, signature, note.text);
    else cosigners.set(toHex(key.publicKey), await verifyCosignature(ports, key, signature, note.text));
  }
  if (logKey === undefined)
    throw new LogError('LOG_KEY_UNKNOWN', 'no signature by a trusted log key', { entry: checkpoint.origin });
  if (cosigners.size < threshold)
    throw new LogError('TOO_FEW_COSIGNATURES', `${cosigners.size} of ${threshold} witnesses cosigned`);
  return { ...checkpoint, logKey, cosigners: [...cosigners.values()], unknown };
}

/**
 * Verifies one cosignature on a checkpoint text.
 * @throws LogError SIGNATURE_INVALID, NOTE_MALFORMED.
 */
export async function verifyCosignature(
  ports: Ports,
  key: VerifierKey,
  note: NoteSignature,
  text: string,
): Promise<Cosigner> {
  const { seconds, signature } = decodeCosignature(note.signature);
  await verifyEd25519(ports, key, cosignatureMessage(text, seconds), signature);
  return { name: key.name, at: Number(seconds) * 1000 };
}

async function verifyLogSignature(
  ports: Ports,
  key: VerifierKey,
  { signature }: NoteSignature,
  text: string,
): Promise<string> {
  await verifyEd25519(ports, key, toUtf8(text), signature);
  return labelOf(key);
}

async function verifyEd25519(
  ports: Ports,
  key: VerifierKey,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<void> {
  const publicKey = ed25519Spki(key.publicKey);
  const valid =
    signature.length === 64 &&
    (await ports.verifySignature({ algorithm: 'ed25519', publicKey, data, signature }));
  if (!valid) throw new LogError('SIGNATURE_INVALID', 'signature does not fit the key', { entry: key.name });
}

function keysOfKind(kind: VerifierKey['kind'], texts: readonly string[]): VerifierKey[] {
  return texts.map((text) => {
    const key = parseVerifierKey(text);
    if (key.kind !== kind) throw new LogError('KEY_MALFORMED', `not a ${kind} key`, { entry: text });
    return key;
  });
}

function labelOf({ name, id }: { name: string; id: Uint8Array }): string {
  return `${name}+${toHex(id)}`;
}
