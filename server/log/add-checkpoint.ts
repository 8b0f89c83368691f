import { fromUtf8 } from '#shared/lib/utf8';
import { parseBase64Hash } from '#shared/log/base64-hash';
import { parseDecimal } from '#shared/log/decimal';
import { LogError } from '#shared/log/log-error';
import { parseSignedNote, type SignedNote } from '#shared/log/signed-note';

/** The body of an add-checkpoint request (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness last cosigned, as the log believes. */
  readonly old: bigint;
  /** Consistency proof from there. */
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: SignedNote;
}

const MAX_PROOF_LINES = 63;

/**
 * Strict parser of an add-checkpoint body.
 * @throws LogError PROOF_MALFORMED, NOTE_MALFORMED.
 */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const text = decode(body);
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = end < 0 ? [] : text.slice(0, end).split('\n');
  if (!first.startsWith('old '))
    throw new LogError('PROOF_MALFORMED', 'body does not begin with the old size');
  if (lines.length > MAX_PROOF_LINES)
    throw new LogError('PROOF_MALFORMED', `proof has more than ${MAX_PROOF_LINES} lines`);
  return {
    old: parseDecimal(first.slice('old '.length), 'old size', 'PROOF_MALFORMED'),
    proof: lines.map((line, n) => parseBase64Hash(line, `proof line ${n}`, 'PROOF_MALFORMED')),
    checkpoint: parseSignedNote(text.slice(end + 2)),
  };
}

function decode(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch (cause) {
    throw new LogError('PROOF_MALFORMED', 'body is not UTF-8', { cause });
  }
}
