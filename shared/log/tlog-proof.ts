import { fromBase64, toBase64 } from '#shared/lib/base64';
import { parseBase64Hash } from './base64-hash.ts';
import { parseDecimal } from './decimal.ts';
import { LogError } from './log-error.ts';
import { formatSignedNote, parseSignedNote, type SignedNote } from './signed-note.ts';

/** A proof that stands alone, offline (C2SP tlog-proof). */
export interface TlogProof {
  /** Zero-based index of the leaf. */
  readonly index: bigint;
  /** Inclusion proof, from the leaf's sibling to the root's child; 32 bytes each. */
  readonly hashes: readonly Uint8Array[];
  /** The signed, perhaps cosigned, checkpoint. */
  readonly checkpoint: SignedNote;
  /** Opaque bytes which nothing authenticates. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A path in a tree of less than 2^64 leaves. */
const MAX_HASHES = 64;

/** The `.tlog-proof` text. */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(toBase64),
    '',
  ];
  return `${lines.join('\n')}\n${formatSignedNote(checkpoint)}`;
}

/**
 * Strict parser of a `.tlog-proof`: what it accepts, `formatTlogProof` writes identically. Verifies nothing.
 * @throws LogError PROOF_MALFORMED, NOTE_MALFORMED.
 */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('proof has no empty line before its checkpoint');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) throw malformed(`first line is not ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift() ?? '') : undefined;
  const [first = '', ...encoded] = lines;
  if (!first.startsWith('index ')) throw malformed('proof has no index line');
  if (encoded.length > MAX_HASHES) throw malformed(`proof has more than ${MAX_HASHES} hashes`);
  return {
    index: parseDecimal(first.slice('index '.length), 'index', 'PROOF_MALFORMED'),
    hashes: encoded.map((line, n) => parseBase64Hash(line, `proof hash ${n}`, 'PROOF_MALFORMED')),
    checkpoint: parseSignedNote(text.slice(end + 2)),
    ...(extra === undefined ? {} : { extra }),
  };
}

function parseExtra(line: string): Uint8Array {
  try {
    return fromBase64(line.slice('extra '.length));
  } catch (cause) {
    throw new LogError('PROOF_MALFORMED', 'extra data is not base64', { entry: 'extra', cause });
  }
}

function malformed(message: string): LogError {
  return new LogError('PROOF_MALFORMED', message);
}
