import { equalBytes } from '#shared/lib/equal-bytes';
import { toHex } from '#shared/lib/hex';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { cosignatureMessage, encodeCosignature } from '#shared/log/cosignature';
import { LogError } from '#shared/log/log-error';
import { emptyRoot } from '#shared/log/merkle-hash';
import { formatNoteSignature, type SignedNote } from '#shared/log/signed-note';
import { formatVerifierKey, type VerifierKey, verifierKey } from '#shared/log/verifier-key';
import { type VerifiedCheckpoint, verifyCheckpoint } from '#shared/log/verify-checkpoint';
import { verifyConsistency } from '#shared/log/verify-consistency';
import { nodePorts } from '../store/node-ports.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { CosignerRefusal, type CosignerRefusalCode } from './cosigner-refusal.ts';
import type { CosignerState } from './cosigner-state.ts';
import type { Ed25519Key } from './ed25519-key.ts';

/**
 * A witness (C2SP tlog-witness): cosigns a log's checkpoint only when it continues the one cosigned before, and
 * remembers it durably before answering. One Ed25519 key.
 */
export class Cosigner {
  readonly #logs: readonly VerifierKey[];
  readonly #verifier: VerifierKey;
  readonly #key: Ed25519Key;
  readonly #state: CosignerState;
  readonly #now: () => Date;
  /** Comparing with the last checkpoint and replacing it must be one step. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws LogError KEY_MALFORMED when `name` cannot be a key name. */
  constructor(parts: {
    readonly name: string;
    readonly logs: readonly VerifierKey[];
    readonly key: Ed25519Key;
    readonly state: CosignerState;
    readonly now: () => Date;
  }) {
    this.#logs = parts.logs;
    this.#verifier = verifierKey('witness', parts.name, parts.key.publicKey);
    this.#key = parts.key;
    this.#state = parts.state;
    this.#now = parts.now;
  }

  /** To be given to logs and to those who verify; type 0x04. */
  get vkey(): string {
    return formatVerifierKey(this.#verifier);
  }

  /**
   * @param body of an add-checkpoint request.
   * @returns the cosignature as a note's signature line.
   * @throws CosignerRefusal; FatalLogError LOG_CORRUPT and StoreError when its own disk fails.
   */
  addCheckpoint(body: Uint8Array): Promise<string> {
    const answer = this.#turn.then(() => this.#judge(body));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** Resolves when the requests so far are answered. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async #judge(body: Uint8Array): Promise<string> {
    const request = refusing('MALFORMED', () => parseAddCheckpoint(body));
    const head = await this.#verified(request.checkpoint);
    if (request.old > head.size)
      throw new CosignerRefusal('OLD_SIZE_TOO_LARGE', 'old size is larger than the checkpoint');
    await this.#compare(request, head);
    await this.#state.remember(head.origin, request.checkpoint);
    return this.#cosign(request.checkpoint.text);
  }

  async #verified(note: SignedNote): Promise<VerifiedCheckpoint> {
    const { origin } = refusing('MALFORMED', () => parseCheckpoint(note.text));
    const logKeys = this.#logs.filter(({ name }) => name === origin).map(formatVerifierKey);
    if (logKeys.length === 0) throw new CosignerRefusal('LOG_UNKNOWN', `log ${origin} is unknown`);
    try {
      return await verifyCheckpoint(nodePorts, note, { logKeys });
    } catch (cause) {
      throw refusal('KEY_UNKNOWN', cause);
    }
  }

  async #compare({ old, proof, checkpoint }: AddCheckpoint, head: VerifiedCheckpoint): Promise<void> {
    const last = (await this.#state.last(head.origin)) ?? { size: 0n, root: emptyRoot() };
    if (old !== last.size) throw new CosignerRefusal('OLD_SIZE_CONFLICT', String(last.size));
    try {
      if (old === head.size && !equalBytes(head.root, last.root))
        throw new CosignerRefusal('FORK', `another root was cosigned: ${toHex(last.root)}`);
      if (old > 0n) refusing('INCONSISTENT', () => verifyConsistency(last, head, proof));
      else if (proof.length > 0)
        throw new CosignerRefusal('INCONSISTENT', 'a proof from size 0 is not empty');
    } catch (error) {
      await this.#state.keepRefused(checkpoint);
      throw error;
    }
  }

  #cosign(text: string): string {
    const seconds = BigInt(Math.floor(this.#now().getTime() / 1000));
    const signature = this.#key.sign(cosignatureMessage(text, seconds));
    const { name, id } = this.#verifier;
    return formatNoteSignature({ name, id, signature: encodeCosignature({ seconds, signature }) });
  }
}

function refusing<T>(code: CosignerRefusalCode, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw refusal(code, cause);
  }
}

function refusal(code: CosignerRefusalCode, cause: unknown): unknown {
  return cause instanceof LogError ? new CosignerRefusal(code, cause.message, { cause }) : cause;
}
