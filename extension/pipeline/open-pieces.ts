import { toHex } from '#shared/lib/hex';
import type { Sha256 } from '#shared/lib/sha256';
import type { PieceSink } from '../capture/engine.ts';
import { joinPieces, putPiece } from '../store/bodies.ts';
import type { Database } from '../store/database.ts';
import { incrementalSha256 } from './digest-blob.ts';

/** A body of any size in flat memory: each piece is hashed and stored as it comes. @param id of the body */
export function openPieces(database: Database, capture: string, id: string): PieceSink {
  const hash = incrementalSha256();
  let pieces = 0;
  let bytes = 0;
  return {
    write: async (piece) => {
      (await hash).update(piece);
      await putPiece(database, { body: id, n: pieces, capture, bytes: piece });
      pieces++;
      bytes += piece.length;
    },
    close: async () => {
      const sha256 = toHex((await hash).digest()) as Sha256;
      await joinPieces(database, { id, capture, sha256, pieces });
      return { body: id, sha256, bytes };
    },
  };
}
