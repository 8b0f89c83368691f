import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '#shared/lib/equal-bytes';
import { formatCheckpoint, parseCheckpoint } from '#shared/log/checkpoint';
import { MAX_ENTRY_BYTES } from '#shared/log/entry-bundle';
import { LogError } from '#shared/log/log-error';
import { emptyRoot } from '#shared/log/merkle-hash';
import { formatSignedNote, parseSignedNote, type SignedNote } from '#shared/log/signed-note';
import { formatTlogProof } from '#shared/log/tlog-proof';
import { verifyCheckpoint } from '#shared/log/verify-checkpoint';
import { verifyInclusion } from '#shared/log/verify-inclusion';
import { DataLockError, takeDataLock } from '../store/data-lock.ts';
import { nodePorts } from '../store/node-ports.ts';
import { DiskStorage } from './disk-storage.ts';
import { createEd25519Key, type Ed25519Key, readEd25519Key } from './ed25519-key.ts';
import { FatalLogError } from './fatal-log-error.ts';
import { type LogSigner, logSigner } from './log-signer.ts';
import type { LogStorage } from './log-storage.ts';
import { LogTree } from './log-tree.ts';
import { type Appended, Sequencer } from './sequencer.ts';
import { decodeStagedBatches } from './staged-batch.ts';
import { WitnessGroup, type WitnessOptions } from './witness-group.ts';

export interface LogOptions extends WitnessOptions {
  /** First line of every checkpoint and name of the log's key: a URL without scheme; no space, no plus. */
  readonly origin: string;
  readonly now: () => Date;
  /** vkeys this log had before: a checkpoint one of them signed is signed anew by the key of now. */
  readonly earlierKeys?: readonly string[];
  /** Cosignatures without which no append is acknowledged and no checkpoint published; 0 (default): 可分叉. */
  readonly threshold?: number;
  /** How long an append waits for that many cosignatures, ms; default 30,000. */
  readonly patienceMs?: number;
  /** The log stopped; every later append rejects with the same error. */
  readonly onFatal?: (error: FatalLogError) => void;
}

export interface TransparencyLog {
  /** Verifier key to publish, C2SP signed-note. */
  readonly vkey: string;
  /** Folder with `checkpoint` and `tile/`, to be served as it is. */
  readonly publicDir: string;
  /** The signed checkpoint last published. */
  checkpoint(): string;
  /**
   * Resolves once the leaf is on disk and in a signed, published checkpoint. The same leaf appended twice is in the
   * log twice.
   * @throws LogError ENTRY_TOO_LARGE (over 65,535 bytes), AppendError, FatalLogError.
   */
  append(leaf: Uint8Array): Promise<Appended>;
  /**
   * A proof for any leaf under the checkpoint last published, checked before it is given away.
   * @throws LogError INDEX_OUT_OF_RANGE, INCLUSION_INVALID (damaged tiles), TILE_MISSING, TILE_UNREADABLE.
   */
  prove(index: bigint): Promise<string>;
  /**
   * One static file: `checkpoint` or `tile/…`.
   * @throws LogError TILE_PATH_MALFORMED, TILE_MISSING, TILE_UNREADABLE.
   */
  readTile(path: string): Promise<Uint8Array>;
  /** Finishes the appends under way, then gives the folder free. */
  close(): Promise<void>;
}

/**
 * Opens the log in `dir`, making it and its key on the first start, and finishes what a crash interrupted. The folder
 * holds `public/` (static files), `log.key` (Ed25519, PEM, 0600), `staged` and `writer.lock`.
 * @throws FatalLogError LOG_LOCKED, LOG_CORRUPT, LOG_CONFLICT, KEY_MISSING, KEY_MISMATCH, ORIGIN_MISMATCH,
 *   TOO_FEW_WITNESSES, CLOCK_BEHIND, LOG_IO; LogError KEY_MALFORMED for an origin or a witness key that cannot be one.
 */
export async function openLog(dir: string, options: LogOptions): Promise<TransparencyLog> {
  await mkdir(dir, { recursive: true });
  const lock = await takeDataLock(join(dir, 'writer.lock')).catch((cause: unknown) => {
    if (!(cause instanceof DataLockError)) throw cause;
    throw new FatalLogError('LOG_LOCKED', `${dir} is written by another process`, { entry: dir, cause });
  });
  try {
    const storage = await DiskStorage.open(dir);
    try {
      const opened = await openLogOn(storage, join(dir, 'log.key'), options);
      return {
        ...opened,
        publicDir: storage.publicDir,
        close: () => opened.close().finally(() => lock.release()),
      };
    } catch (error) {
      await storage.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** `openLog` on any storage, without the lock. */
export async function openLogOn(
  storage: LogStorage,
  keyPath: string,
  options: LogOptions,
): Promise<Omit<TransparencyLog, 'publicDir'>> {
  const { witnesses: asked = [], threshold = 0, patienceMs = 30_000, now, onFatal = () => {} } = options;
  if (threshold > asked.length)
    throw new FatalLogError('TOO_FEW_WITNESSES', `${threshold} cosignatures of ${asked.length} witnesses`);
  const witnesses = new WitnessGroup(options);
  const signer = logSigner(options.origin, await openKey(storage, keyPath));
  const published =
    (await readPublished(storage, signer, options.earlierKeys ?? [])) ??
    (await publishFirst(storage, signer, options));
  const tree = await recover(storage, published);
  const sequencer = new Sequencer(
    { storage, tree, signer, witnesses, threshold, patienceMs, now, onFatal },
    published,
  );
  await sequencer.start();
  return {
    vkey: signer.vkey,
    checkpoint: () => sequencer.published.text,
    append: async (leaf) => {
      if (leaf.length > MAX_ENTRY_BYTES)
        throw new LogError('ENTRY_TOO_LARGE', `leaf of ${leaf.length} bytes`);
      return sequencer.append(leaf);
    },
    prove: (index) => prove(tree, sequencer.published.note, index),
    readTile: (path) => storage.read(path),
    close: () => sequencer.close().finally(() => storage.close()),
  };
}

interface Published {
  readonly note: SignedNote;
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly at: number;
}

/** A key is made only where no log can have been signed yet. */
async function openKey(storage: LogStorage, path: string): Promise<Ed25519Key> {
  const key = await readEd25519Key(path);
  if (key !== undefined) return key;
  if ((await storage.checkpoint()) !== undefined || (await storage.isUsed()))
    throw new FatalLogError('KEY_MISSING', `the key of this log is not at ${path}`, { entry: path });
  return createEd25519Key(path);
}

async function readPublished(
  storage: LogStorage,
  signer: LogSigner,
  earlierKeys: readonly string[],
): Promise<Published | undefined> {
  const found = await storage.checkpoint();
  if (found === undefined) return undefined;
  try {
    const note = parseSignedNote(found.note);
    const { origin } = parseCheckpoint(note.text);
    if (origin !== signer.origin)
      throw new FatalLogError('ORIGIN_MISMATCH', `the log here is ${origin}`, { entry: origin });
    const logKeys = [signer.vkey, ...earlierKeys];
    const { size, root, logKey } = await verifyCheckpoint(nodePorts, note, { logKeys });
    const signed = logKey === signer.label ? note : await signAnew(storage, signer, { note, at: found.at });
    return { note: signed, size, root, at: found.at };
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause;
    const code = cause.code === 'LOG_KEY_UNKNOWN' ? 'KEY_MISMATCH' : 'LOG_CORRUPT';
    throw new FatalLogError(code, `checkpoint: ${cause.message}`, { entry: 'checkpoint', cause });
  }
}

/** Cosignatures cover the text alone, so they stay good. */
async function signAnew(
  storage: LogStorage,
  signer: LogSigner,
  { note: { text, signatures }, at }: { note: SignedNote; at: number },
): Promise<SignedNote> {
  const cosignatures = signatures.filter(({ name }) => name !== signer.origin);
  const note = { text, signatures: [signer.sign(text), ...cosignatures] };
  await storage.publish({ note: formatSignedNote(note), at });
  return note;
}

async function publishFirst(storage: LogStorage, signer: LogSigner, { now }: LogOptions): Promise<Published> {
  if (await storage.isUsed())
    throw new FatalLogError('LOG_CORRUPT', 'the log has tiles but no checkpoint', { entry: 'checkpoint' });
  const head = { size: 0n, root: emptyRoot() };
  const text = formatCheckpoint({ origin: signer.origin, ...head, extensions: [] });
  const note = { text, signatures: [signer.sign(text)] };
  const at = now().getTime();
  await storage.publish({ note: formatSignedNote(note), at });
  return { note, ...head, at };
}

/** Loads the tree of the published checkpoint and applies the batches that were staged after it. */
async function recover(storage: LogStorage, { size, root }: Published): Promise<LogTree> {
  try {
    const tree = await LogTree.load(storage, size);
    if (!equalBytes(tree.root(), root))
      throw new LogError('TREE_MISMATCH', 'tiles do not hash to the root of the checkpoint');
    const staged = await storage.staged();
    const { batches, length } = decodeStagedBatches(staged);
    if (length < staged.length) await storage.unstage(length);
    for (const { base, entries } of batches) {
      if (base > tree.size) throw new LogError('TREE_MISMATCH', 'staged entries begin beyond the tree');
      if (base === tree.size) await tree.apply(entries);
    }
    return tree;
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause;
    throw new FatalLogError('LOG_CORRUPT', cause.message, { entry: cause.entry, cause });
  }
}

async function prove(tree: LogTree, note: SignedNote, index: bigint): Promise<string> {
  const { size, root } = parseCheckpoint(note.text);
  const hashes = await tree.prover(size).inclusion(index);
  verifyInclusion({ index, size, leaf: await tree.leaf(index, size), hashes, root });
  return formatTlogProof({ index, hashes, checkpoint: note });
}
