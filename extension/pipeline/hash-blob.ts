import { browserPorts } from '../host/browser-ports.ts';

/** Up to here one buffer and WebCrypto; above it in pieces, slower but with flat memory. */
const WHOLE_BYTES = 256 * 2 ** 20;
const PIECE_BYTES = 8 * 2 ** 20;

/** SHA-256 of a Blob; 32 bytes. */
export async function hashBlob(blob: Blob): Promise<Uint8Array> {
  if (blob.size <= WHOLE_BYTES) return browserPorts.sha256(new Uint8Array(await blob.arrayBuffer()));
  const hash = browserPorts.createSha256();
  for (let at = 0; at < blob.size; at += PIECE_BYTES)
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer()));
  return hash.digest();
}
