import { parseCheckpoint } from '#shared/log/checkpoint';
import { LogError } from '#shared/log/log-error';
import { parseTlogProof } from '#shared/log/tlog-proof';

/** What a certificate prints of a C2SP tlog-proof. Nothing here is verified: `verifyTlogProof` does that. */
export interface LogProofSummary {
  readonly origin: string;
  readonly index: string;
  readonly size: string;
  /** Names on signature lines that are not the log's own. */
  readonly cosigners: readonly string[];
}

/** Reads index, checkpoint origin, tree size and signer names; `undefined` when the text is not a tlog-proof. */
export function readLogProof(proof: string): LogProofSummary | undefined {
  try {
    const { index, checkpoint } = parseTlogProof(proof);
    const { origin, size } = parseCheckpoint(checkpoint.text);
    const cosigners = checkpoint.signatures.map(({ name }) => name).filter((name) => name !== origin);
    return { origin, index: String(index), size: String(size), cosigners };
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}
