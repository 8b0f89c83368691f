import { toBase64 } from '#shared/lib/base64';
import { parseDecimal } from '#shared/log/decimal';
import {
  formatSignedNote,
  isSameKey,
  type NoteSignature,
  parseNoteSignatures,
  type SignedNote,
} from '#shared/log/signed-note';
import type { TreeProver } from '#shared/log/tree-prover';
import { parseVerifierKey, type VerifierKey } from '#shared/log/verifier-key';
import { verifyCosignature } from '#shared/log/verify-checkpoint';
import { nodePorts } from '../store/node-ports.ts';
import { WitnessError } from './witness-error.ts';

/** A witness the log asks for cosignatures. */
export interface Witness {
  /** Submission prefix; `/add-checkpoint` is appended (C2SP tlog-witness). */
  readonly url: string;
  /** Its vkey, type 0x04. */
  readonly vkey: string;
}

/** Asks one witness for cosignatures. */
export class WitnessClient {
  readonly key: VerifierKey;
  readonly #url: string;
  /** Size of the checkpoint it last cosigned, as far as known. */
  #seen = 0n;

  /** @throws LogError KEY_MALFORMED */
  constructor({ url, vkey }: Witness) {
    this.key = parseVerifierKey(vkey);
    this.#url = `${url.replace(/\/+$/, '')}/add-checkpoint`;
  }

  /**
   * @returns the witness's verified signature on the checkpoint of `prover.size`.
   * @throws WitnessError; what the prover throws.
   */
  async cosign(note: SignedNote, prover: TreeProver, timeoutMs: number): Promise<NoteSignature> {
    const signal = AbortSignal.timeout(timeoutMs);
    // A conflict tells the size that the witness knows; the second question starts there.
    const answer = (await this.#ask(note, prover, signal)) ?? (await this.#ask(note, prover, signal));
    if (answer === undefined) throw this.#error('WITNESS_REFUSED', 'witness keeps changing its size');
    this.#seen = prover.size;
    return answer;
  }

  /** `undefined` when the witness knows another size than we thought, which is then remembered. */
  async #ask(note: SignedNote, prover: TreeProver, signal: AbortSignal): Promise<NoteSignature | undefined> {
    const proof = this.#seen === 0n ? [] : await prover.consistency(this.#seen);
    const lines = [`old ${this.#seen}`, ...proof.map(toBase64), '', ''];
    const body = lines.join('\n') + formatSignedNote(note);
    try {
      const response = await fetch(this.#url, { method: 'POST', body, signal });
      const text = await response.text();
      if (response.status === 200) return await this.#verified(note, text);
      this.#adopt(response, text, prover.size);
      return undefined;
    } catch (cause) {
      if (cause instanceof WitnessError) throw cause;
      throw this.#error('WITNESS_UNREACHABLE', 'no usable answer from the witness', cause);
    }
  }

  /** Takes over the size that a conflict names (C2SP tlog-witness: status 409, text/x.tlog.size). */
  #adopt({ status, headers }: Response, text: string, size: bigint): void {
    if (status !== 409 || headers.get('content-type') !== 'text/x.tlog.size')
      throw this.#error('WITNESS_REFUSED', `witness answered with status ${status}`);
    const seen = parseDecimal(text.replace(/\n$/, ''), 'size of the witness');
    if (seen > size) throw this.#error('WITNESS_AHEAD', `witness has cosigned a tree of ${seen} leaves`);
    if (seen === this.#seen) throw this.#error('WITNESS_REFUSED', `witness refuses to go on from ${seen}`);
    this.#seen = seen;
  }

  async #verified(note: SignedNote, answer: string): Promise<NoteSignature> {
    const signature = parseNoteSignatures(answer).find((candidate) => isSameKey(candidate, this.key));
    if (signature === undefined) throw new RangeError('answer holds no signature by the witness');
    await verifyCosignature(nodePorts, this.key, signature, note.text);
    return signature;
  }

  #error(code: WitnessError['code'], message: string, cause?: unknown): WitnessError {
    return new WitnessError(code, message, { entry: this.key.name, cause });
  }
}
