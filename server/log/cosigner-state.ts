import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { LogError } from '#shared/log/log-error';
import { formatSignedNote, parseSignedNote, type SignedNote } from '#shared/log/signed-note';
import type { TreeHead } from '#shared/log/verify-consistency';
import { writeDurable } from '../store/durable-file.ts';
import { systemCode } from '../store/store-error.ts';
import { FatalLogError } from './fatal-log-error.ts';

/** What a witness keeps: of each log the checkpoint it last cosigned, and those it refused. */
export class CosignerState {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * @returns `undefined` for a log never cosigned.
   * @throws FatalLogError LOG_CORRUPT when the file is not what it must be: to sign on would risk a fork.
   */
  async last(origin: string): Promise<TreeHead | undefined> {
    const path = this.#lastPath(origin);
    try {
      const head = parseCheckpoint(parseSignedNote(await readFile(path, 'utf8')).text);
      if (head.origin !== origin) throw new LogError('CHECKPOINT_MALFORMED', 'checkpoint of another log');
      return head;
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') return undefined;
      throw new FatalLogError('LOG_CORRUPT', `cannot read what was last cosigned for ${origin}`, {
        entry: path,
        cause,
      });
    }
  }

  /** Replaces the checkpoint last cosigned, durably. */
  async remember(origin: string, checkpoint: SignedNote): Promise<void> {
    await writeDurable(this.#lastPath(origin), toUtf8(formatSignedNote(checkpoint)));
  }

  /** Keeps a checkpoint that the log signed and that does not continue the last one: evidence against the log. */
  async keepRefused(checkpoint: SignedNote): Promise<void> {
    const name = `${sha256Hex(toUtf8(checkpoint.text))}.checkpoint`;
    await writeDurable(join(this.#dir, 'refused', name), toUtf8(formatSignedNote(checkpoint)));
  }

  #lastPath(origin: string): string {
    return join(this.#dir, 'logs', `${sha256Hex(toUtf8(origin))}.checkpoint`);
  }
}
