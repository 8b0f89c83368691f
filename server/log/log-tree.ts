import type { TileAddress } from '#shared/log/tile-path';
import { TileReader } from '#shared/log/tile-reader';
import { TreeEdge } from '#shared/log/tree-edge';
import { TreeProver } from '#shared/log/tree-prover';
import type { LogStorage } from './log-storage.ts';

/** The tree of a log that is being written: what is in it has its tiles on disk. */
export class LogTree {
  readonly #storage: LogStorage;
  readonly #edge: TreeEdge;
  readonly #reader: TileReader;
  #full: TileAddress[] = [];

  /** @throws LogError when the files for a tree of `size` leaves are missing or contradict each other. */
  static async load(storage: LogStorage, size: bigint): Promise<LogTree> {
    return new LogTree(storage, await TreeEdge.load(storage, size));
  }

  private constructor(storage: LogStorage, edge: TreeEdge) {
    this.#storage = storage;
    this.#edge = edge;
    this.#reader = new TileReader(storage);
  }

  get size(): bigint {
    return this.#edge.size;
  }

  root(): Uint8Array {
    return this.#edge.root();
  }

  /** Appends entries that are staged, and writes the tiles of the new size. Normal work and recovery alike. */
  async apply(entries: readonly Uint8Array[]): Promise<void> {
    for (const entry of entries) this.#edge.append(entry);
    const full = this.#edge.takeFull();
    const files = [...full, ...this.#edge.partials()];
    for (const { address, tile } of files)
      if (tile !== undefined && address.level !== 'entries')
        this.#reader.put(address.level, address.index, tile);
    await this.#storage.put(files);
    this.#full.push(...full.map(({ address }) => address));
  }

  /**
   * Deletes the partial tiles that full ones replaced. Only after a checkpoint of the present size was published:
   * until then a restart loads the edge of the former size from them, or from the full ones.
   */
  async discardPartials(): Promise<void> {
    const full = this.#full;
    this.#full = [];
    await this.#storage.discardPartials(full);
  }

  /** Proofs for any size up to the present one. */
  prover(size: bigint): TreeProver {
    return new TreeProver(this.#reader, size);
  }

  /** Leaf hash at `index`. */
  leaf(index: bigint, size: bigint): Promise<Uint8Array> {
    return this.#reader.node(0, index, size);
  }
}
