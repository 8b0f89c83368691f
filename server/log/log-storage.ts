import type { TileAddress } from '#shared/log/tile-path';
import type { TileSource } from '#shared/log/tile-source';
import type { TileFile } from '#shared/log/tree-edge';

export interface PublishedCheckpoint {
  /** The signed note. */
  readonly note: string;
  /** The log's clock when it was published, UTC ms. */
  readonly at: number;
}

/**
 * Where a log lies. Whoever holds one is its only writer. Every promise that writes resolves when the bytes are
 * on disk, and rejects with FatalLogError LOG_IO otherwise.
 */
export interface LogStorage extends TileSource {
  /** The checkpoint last published; `undefined` before the first. */
  checkpoint(): Promise<PublishedCheckpoint | undefined>;
  /** Replaces the checkpoint in one step. */
  publish(checkpoint: PublishedCheckpoint): Promise<void>;
  /** Whether any tile or staged entry exists. */
  isUsed(): Promise<boolean>;
  /**
   * Writes files that never change again. A file that exists must hold the same bytes.
   * @throws FatalLogError LOG_CONFLICT
   */
  put(files: readonly TileFile[]): Promise<void>;
  /** Deletes the partial tiles beside these full ones. */
  discardPartials(full: readonly TileAddress[]): Promise<void>;
  /** Appends a batch to the staged ones. */
  stage(batch: Uint8Array): Promise<void>;
  /** All staged bytes, perhaps with a torn tail. */
  staged(): Promise<Uint8Array>;
  /** Keeps only the first `length` staged bytes. Need not be durable: what comes back is skipped at the next start. */
  unstage(length: number): Promise<void>;
  close(): Promise<void>;
}
