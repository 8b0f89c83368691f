import { fromBase64, toBase64 } from '#shared/lib/base64';
import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { isKeyName } from './key-name.ts';
import { LogError } from './log-error.ts';

export interface NoteSignature {
  /** Key name. */
  readonly name: string;
  /** Key id, 4 bytes. */
  readonly id: Uint8Array;
  /** What follows the key id: 64 bytes for Ed25519, 8 + 64 for a timestamped cosignature. */
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** Ends in a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** C2SP signed-note: a verifier must accept at least 16 signatures and should set a limit. */
const MAX_SIGNATURES = 64;
const MAX_CHARACTERS = 1 << 20;

/** The note as text: its text, an empty line, one line a signature. */
export function formatSignedNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(formatNoteSignature).join('')}`;
}

/** One signature line, with its line feed. */
export function formatNoteSignature({ name, id, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(concatBytes(id, signature))}\n`;
}

/**
 * Strict parser of a signed note (C2SP signed-note, "Format"): what it accepts, `formatSignedNote` writes identically.
 * No signature is verified here.
 * @throws LogError NOTE_MALFORMED, also for two signatures of one key.
 */
export function parseSignedNote(note: string): SignedNote {
  if (note.length > MAX_CHARACTERS) throw malformed('note is too long');
  if (!note.isWellFormed() || [...note].some((character) => character < ' ' && character !== '\n'))
    throw malformed('note holds a control character or is not Unicode');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw malformed('note has no empty line before its signatures');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`note has more than ${MAX_SIGNATURES} signatures`);
  const signatures = lines.map(parseSignatureLine);
  signatures.forEach((one, index) => {
    if (signatures.slice(0, index).some((other) => isSameKey(one, other)))
      throw malformed('two signatures of one key', one.name);
  });
  return { text: note.slice(0, split + 1), signatures };
}

/**
 * Signature lines alone, as a witness answers them (C2SP tlog-witness).
 * @throws LogError NOTE_MALFORMED
 */
export function parseNoteSignatures(lines: string): readonly NoteSignature[] {
  return parseSignedNote(`-\n\n${lines}`).signatures;
}

/** Whether both are by the key of the same name and id. */
export function isSameKey(a: { name: string; id: Uint8Array }, b: { name: string; id: Uint8Array }): boolean {
  return a.name === b.name && equalBytes(a.id, b.id);
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, name = '', encoded = '', ...rest] = line.split(' ');
  if (dash !== '—' || rest.length > 0 || !isKeyName(name)) throw malformed('not a signature line', line);
  const bytes = decodeSignature(encoded, name);
  if (bytes.length < 5) throw malformed('signature is too short', name);
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

function decodeSignature(encoded: string, name: string): Uint8Array {
  try {
    return fromBase64(encoded);
  } catch (cause) {
    throw new LogError('NOTE_MALFORMED', 'signature is not base64', { entry: name, cause });
  }
}

function malformed(message: string, entry?: string): LogError {
  return new LogError('NOTE_MALFORMED', message, { entry });
}
