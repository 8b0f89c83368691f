import { setImmediate } from 'node:timers/promises';
import { CodedError } from '#shared/lib/errors';
import { formatCheckpoint } from '#shared/log/checkpoint';
import { formatSignedNote, type SignedNote } from '#shared/log/signed-note';
import { formatTlogProof } from '#shared/log/tlog-proof';
import { AppendError } from './append-error.ts';
import { FatalLogError } from './fatal-log-error.ts';
import type { LogSigner } from './log-signer.ts';
import type { LogStorage } from './log-storage.ts';
import type { LogTree } from './log-tree.ts';
import { encodeStagedBatch } from './staged-batch.ts';
import type { WitnessGroup } from './witness-group.ts';

export interface Appended {
  /** Zero-based index in the log. */
  readonly index: bigint;
  /** C2SP tlog-proof text. */
  readonly proof: string;
}

export interface SequencerParts {
  readonly storage: LogStorage;
  readonly tree: LogTree;
  readonly signer: LogSigner;
  readonly witnesses: WitnessGroup;
  /** Cosignatures without which nothing is acknowledged. */
  readonly threshold: number;
  /** How long an append waits for them, ms. */
  readonly patienceMs: number;
  readonly now: () => Date;
  readonly onFatal: (error: FatalLogError) => void;
}

interface Waiter {
  readonly entry: Uint8Array;
  readonly since: number;
  index: bigint;
  resolve(appended: Appended): void;
  reject(error: Error): void;
}

const MAX_QUEUE = 65_536;
const MAX_BATCH = 1_024;
const MAX_BATCH_BYTES = 4 << 20;
/** Pause before witnesses are asked again for a checkpoint that too few of them cosigned. */
const RETRY_MS = 500;
/** A clock corrected by less than this is not a clock set back. */
const CLOCK_TOLERANCE_MS = 1_000;

/**
 * The one writer of a log. It takes what was appended in the meantime as one batch:
 *
 * 1. stage: the batch is on disk, one fsync for all; from here on its place in the log is decided.
 * 2. tiles: computed from the staged batch alone, written under names that no checkpoint refers to yet.
 * 3. checkpoint: signed (Ed25519 is deterministic: after a crash the same tree gives the same bytes), cosigned,
 *    published by one atomic rename.
 * 4. acknowledge.
 *
 * A crash before 1 loses only what nobody was told. After 1, the next start goes on with 2. Nothing is signed that
 * is not staged, so no two checkpoints of one size can differ.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  #queue: Waiter[] = [];
  /** Staged and in the tree, but not yet in a published checkpoint. */
  #waiting: Waiter[] = [];
  #published: { note: SignedNote; text: string; size: bigint; at: number };
  #fault: FatalLogError | undefined;
  #closing = false;
  #wake: () => void = () => {};
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: SequencerParts, published: { note: SignedNote; size: bigint; at: number }) {
    this.#parts = parts;
    this.#published = { ...published, text: formatSignedNote(published.note) };
  }

  /**
   * Publishes what recovery found staged, then takes appends. Call once.
   * @throws FatalLogError
   */
  async start(): Promise<void> {
    try {
      this.#clock();
      await this.#publish();
    } catch (cause) {
      throw toFatal(cause);
    }
    this.#loop = this.#run();
  }

  get published(): { note: SignedNote; text: string; size: bigint } {
    return this.#published;
  }

  append(entry: Uint8Array): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#fault !== undefined) return reject(this.#fault);
      if (this.#closing) return reject(new AppendError('LOG_CLOSED', 'log is closed'));
      if (this.#queue.length + this.#waiting.length >= MAX_QUEUE)
        return reject(new AppendError('LOG_BUSY', `${MAX_QUEUE} leaves wait already`));
      this.#queue.push({
        entry: new Uint8Array(entry),
        since: performance.now(),
        index: -1n,
        resolve,
        reject,
      });
      this.#wake();
    });
  }

  /** Finishes what was appended, as far as witnesses allow, and stops. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        await this.#untilDue();
        if (this.#closing && this.#queue.length === 0) break;
        const batch = this.#takeBatch();
        if (batch.length > 0) await this.#sequence(batch);
        await this.#publish();
      }
      this.#rejectAll(new AppendError('LOG_CLOSED', 'log was closed before witnesses cosigned'));
    } catch (cause) {
      this.#fault = toFatal(cause);
      this.#rejectAll(this.#fault);
      this.#parts.onFatal(this.#fault);
    }
  }

  /** Waits for an append, for `close`, or, while a checkpoint lacks cosignatures, for the time to ask again. */
  async #untilDue(): Promise<void> {
    if (this.#queue.length === 0 && !this.#closing) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#parts.tree.size > this.#published.size) timer = setTimeout(resolve, RETRY_MS);
      });
      clearTimeout(timer);
    }
    // Appends of the same turn of the event loop join this batch.
    await setImmediate();
  }

  #takeBatch(): Waiter[] {
    let bytes = 0;
    const end = this.#queue.findIndex(({ entry }, n) => {
      bytes += entry.length + 2;
      return n >= MAX_BATCH || (n > 0 && bytes > MAX_BATCH_BYTES);
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }

  async #sequence(batch: Waiter[]): Promise<void> {
    const { storage, tree } = this.#parts;
    this.#waiting.push(...batch);
    this.#clock();
    const base = tree.size;
    const entries = batch.map(({ entry }) => entry);
    await storage.stage(encodeStagedBatch({ base, entries }));
    await tree.apply(entries);
    batch.forEach((waiter, n) => {
      waiter.index = base + BigInt(n);
    });
  }

  async #publish(): Promise<void> {
    const { storage, tree, signer, witnesses, threshold } = this.#parts;
    const { size } = tree;
    if (size === this.#published.size) return;
    const at = this.#clock();
    const text = formatCheckpoint({ origin: signer.origin, size, root: tree.root(), extensions: [] });
    const signed: SignedNote = { text, signatures: [signer.sign(text)] };
    const cosignatures = await witnesses.cosign(signed, tree.prover(size));
    if (cosignatures.length < threshold) return this.#rejectImpatient();
    const note = { text, signatures: [...signed.signatures, ...cosignatures] };
    const published = formatSignedNote(note);
    await storage.publish({ note: published, at });
    this.#published = { note, text: published, size, at };
    await storage.unstage(0);
    await tree.discardPartials();
    await this.#acknowledge();
  }

  async #acknowledge(): Promise<void> {
    const { note, size } = this.#published;
    const prover = this.#parts.tree.prover(size);
    const acknowledged = this.#waiting;
    this.#waiting = [];
    try {
      for (const waiter of acknowledged) {
        const { index } = waiter;
        const proof = formatTlogProof({ index, hashes: await prover.inclusion(index), checkpoint: note });
        waiter.resolve({ index, proof });
      }
    } catch (error) {
      this.#waiting = acknowledged;
      throw error;
    }
  }

  /** @throws FatalLogError CLOCK_BEHIND */
  #clock(): number {
    const now = this.#parts.now().getTime();
    const { at } = this.#published;
    if (now < at - CLOCK_TOLERANCE_MS)
      throw new FatalLogError('CLOCK_BEHIND', `clock is ${at - now} ms behind the last checkpoint`);
    return Math.max(now, at);
  }

  #rejectImpatient(): void {
    const { patienceMs, threshold } = this.#parts;
    const patient = (waiter: Waiter) => performance.now() - waiter.since < patienceMs;
    for (const waiter of this.#waiting.filter((one) => !patient(one))) {
      const message = `fewer than ${threshold} witnesses cosigned in time; the leaf is in the log`;
      waiter.reject(new AppendError('WITNESSES_UNAVAILABLE', message, { entry: String(waiter.index) }));
    }
    this.#waiting = this.#waiting.filter(patient);
  }

  #rejectAll(error: Error): void {
    for (const { reject } of [...this.#waiting, ...this.#queue]) reject(error);
    this.#waiting = [];
    this.#queue = [];
  }
}

function toFatal(cause: unknown): FatalLogError {
  if (cause instanceof FatalLogError) return cause;
  const what = cause instanceof CodedError ? `${cause.code}: ${cause.message}` : String(cause);
  return new FatalLogError('LOG_CORRUPT', `log stopped: ${what}`, { cause });
}
