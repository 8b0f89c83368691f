import { equalBytes } from '#shared/lib/equal-bytes';
import type { Ports } from '#shared/lib/port';
import { fromUtf8 } from '#shared/lib/utf8';
import { parseEntries } from './entry-bundle.ts';
import { LogError } from './log-error.ts';
import { parseSignedNote, type SignedNote } from './signed-note.ts';
import { TILE_WIDTH, tilePath, tileWidth } from './tile-path.ts';
import { readTile, type TileSource } from './tile-source.ts';
import { type TileFile, TreeEdge } from './tree-edge.ts';
import { type LogTrust, type VerifiedCheckpoint, verifyCheckpoint } from './verify-checkpoint.ts';
import type { TreeHead } from './verify-consistency.ts';

export interface CheckOptions {
  readonly trust: LogTrust;
  /** Tree heads signed earlier: the log must hold them as prefixes. */
  readonly earlier?: readonly TreeHead[];
  /** Called for each entry in order, after its hash was taken into the tree. */
  readonly onEntry?: (index: bigint, entry: Uint8Array) => void;
  /** Called for each file that belongs to the checkpoint, with the bytes it has at that size, after it was compared. */
  readonly onFile?: (file: TileFile) => Promise<void>;
}

export interface CheckedLog extends VerifiedCheckpoint {
  /** How many tiles and entry bundles were read and compared. */
  readonly files: number;
}

/**
 * Re-reads a whole log through its static files: verifies the checkpoint, rebuilds the tree from the entries alone,
 * and compares every tile of every level byte for byte. Memory stays flat.
 * @throws LogError TREE_MISMATCH (a tile, the root, or an earlier tree head differs: `entry` names it), and what
 *   `verifyCheckpoint`, `parseSignedNote`, `parseEntries` and the source throw.
 */
export async function checkWholeLog(
  ports: Ports,
  source: TileSource,
  { trust, earlier = [], onEntry, onFile }: CheckOptions,
): Promise<CheckedLog> {
  const checkpoint = await verifyCheckpoint(ports, await readCheckpoint(source), trust);
  const edge = new TreeEdge();
  const heads = headsBySize(earlier);
  let files = 0;
  const compare = async (file: TileFile) => {
    await compareFile(source, file);
    await onFile?.(file);
    files += 1;
  };
  checkHeads(heads, edge);
  while (edge.size < checkpoint.size) {
    for (const entry of await readEntries(source, edge.size, checkpoint.size)) {
      onEntry?.(edge.size, entry);
      edge.append(entry);
      checkHeads(heads, edge);
    }
    for (const file of edge.takeFull()) await compare(file);
  }
  for (const file of edge.partials()) await compare(file);
  if (!equalBytes(edge.root(), checkpoint.root))
    throw new LogError('TREE_MISMATCH', 'entries do not hash to the root of the checkpoint', {
      entry: 'checkpoint',
    });
  const [beyond] = heads.keys();
  if (beyond !== undefined)
    throw new LogError('TREE_MISMATCH', `log of ${checkpoint.size} leaves had signed ${beyond}`, {
      entry: 'checkpoint',
    });
  return { ...checkpoint, files };
}

async function readCheckpoint(source: TileSource): Promise<SignedNote> {
  const bytes = await source.read('checkpoint');
  try {
    return parseSignedNote(fromUtf8(bytes));
  } catch (cause) {
    if (cause instanceof LogError) throw cause;
    throw new LogError('NOTE_MALFORMED', 'checkpoint is not UTF-8', { entry: 'checkpoint', cause });
  }
}

async function readEntries(source: TileSource, from: bigint, size: bigint): Promise<Uint8Array[]> {
  const index = from / BigInt(TILE_WIDTH);
  const width = tileWidth(0, index, size);
  const { bytes, full } = await readTile(source, { level: 'entries', index, width });
  const entries = parseEntries(bytes);
  if (entries.length !== (full ? TILE_WIDTH : width))
    throw new LogError('ENTRIES_MALFORMED', `bundle of ${entries.length} entries`, {
      entry: tilePath({ level: 'entries', index, width }),
    });
  return entries.slice(0, width);
}

async function compareFile(source: TileSource, { address, bytes }: TileFile): Promise<void> {
  const found = await readTile(source, address);
  const prefix =
    found.full && address.width < TILE_WIDTH ? found.bytes.subarray(0, bytes.length) : found.bytes;
  if (!equalBytes(prefix, bytes))
    throw new LogError('TREE_MISMATCH', 'tile does not fit the entries', { entry: tilePath(address) });
}

function headsBySize(heads: readonly TreeHead[]): Map<bigint, TreeHead[]> {
  const bySize = new Map<bigint, TreeHead[]>();
  for (const head of heads) bySize.set(head.size, [...(bySize.get(head.size) ?? []), head]);
  return bySize;
}

function checkHeads(heads: Map<bigint, TreeHead[]>, edge: TreeEdge): void {
  const due = heads.get(edge.size);
  if (due === undefined) return;
  heads.delete(edge.size);
  if (!due.every(({ root }) => equalBytes(root, edge.root())))
    throw new LogError('TREE_MISMATCH', `log has another root at size ${edge.size} than it had signed`, {
      entry: 'checkpoint',
    });
}
