import type { NoteSignature, SignedNote } from '#shared/log/signed-note';
import type { TreeProver } from '#shared/log/tree-prover';
import { type Witness, WitnessClient } from './witness-client.ts';
import { WitnessError } from './witness-error.ts';

export interface WitnessOptions {
  readonly witnesses?: readonly Witness[];
  /** How long one batch waits for cosignatures, ms. */
  readonly witnessTimeoutMs?: number;
  /** A witness failed to cosign; it is asked again after a pause. */
  readonly onWitnessFailure?: (error: WitnessError) => void;
}

/** Pause after a failure, so that a dead witness does not delay every batch. */
const PAUSE_MS = 2_000;

/** All witnesses of a log, asked at once. */
export class WitnessGroup {
  readonly #members: { client: WitnessClient; retryAt: number }[];
  readonly #timeoutMs: number;
  readonly #onFailure: (error: WitnessError) => void;

  /** @throws LogError KEY_MALFORMED */
  constructor({ witnesses = [], witnessTimeoutMs = 1_000, onWitnessFailure = () => {} }: WitnessOptions) {
    this.#members = witnesses.map((witness) => ({ client: new WitnessClient(witness), retryAt: 0 }));
    this.#timeoutMs = witnessTimeoutMs;
    this.#onFailure = onWitnessFailure;
  }

  /** The cosignatures that arrived in time. Never throws for what a witness does. */
  async cosign(note: SignedNote, prover: TreeProver): Promise<NoteSignature[]> {
    const due = this.#members.filter(({ retryAt }) => performance.now() >= retryAt);
    const answers = await Promise.all(
      due.map(async (member) => {
        try {
          return [await member.client.cosign(note, prover, this.#timeoutMs)];
        } catch (error) {
          if (!(error instanceof WitnessError)) throw error;
          member.retryAt = performance.now() + PAUSE_MS;
          this.#onFailure(error);
          return [];
        }
      }),
    );
    return answers.flat();
  }
}
