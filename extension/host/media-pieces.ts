/** ID of a Cluster, the first element behind the header (Matroska, RFC 9559 §5.1.3). */
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75] as const;
const HEADER_BYTES = 64 * 1024;

/**
 * Runs a MediaRecorder until it is stopped or its tracks end.
 * @param onPiece gets what was recorded about every `ms`; empty when there was nothing. The first piece holds the whole
 *   WebM header, without which no later one plays: on a busy machine Chromium gives a single byte first (measured).
 * @param release called when recording has ended
 */
export async function recordPieces(
  recorder: MediaRecorder,
  ms: number,
  onPiece: (piece: Blob) => void,
  release: () => void,
): Promise<void> {
  let head: Blob | undefined = new Blob([]);
  let handed: Promise<void> = Promise.resolve();
  const hand = async (piece: Blob) => {
    if (head === undefined) {
      onPiece(piece);
      return;
    }
    head = new Blob([head, piece], { type: piece.type });
    if (!(await holdsHeader(head))) return;
    onPiece(head);
    head = undefined;
  };
  await new Promise<void>((resolve) => {
    recorder.ondataavailable = ({ data }) => {
      handed = handed.then(() => hand(data));
    };
    recorder.onstop = () => {
      release();
      resolve();
    };
    recorder.start(ms);
  });
  await handed;
  // Ended before anything was in it: kept as it is.
  if (head !== undefined && head.size > 0) onPiece(head);
}

async function holdsHeader(piece: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await piece.slice(0, HEADER_BYTES).arrayBuffer());
  for (let at = bytes.indexOf(CLUSTER[0]); at >= 0; at = bytes.indexOf(CLUSTER[0], at + 1))
    if (CLUSTER.every((byte, index) => bytes[at + index] === byte)) return true;
  return false;
}
