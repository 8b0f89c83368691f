import { readFile, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromUtf8 } from '#shared/lib/utf8';
import { type CheckedLog, checkWholeLog } from '#shared/log/check-whole-log';
import { parseSignedNote } from '#shared/log/signed-note';
import { TILE_WIDTH, tilePath } from '#shared/log/tile-path';
import type { TileSource } from '#shared/log/tile-source';
import { readEd25519Key } from '../log/ed25519-key.ts';
import { folderSource } from '../log/folder-source.ts';
import { logSigner } from '../log/log-signer.ts';
import { makeFolder, writeDurable } from '../store/durable-file.ts';
import { nodePorts } from '../store/node-ports.ts';
import { BackupError } from './backup-error.ts';
import type { CopyFile } from './copy-file.ts';

/**
 * Copies the log in `from` while it grows, and checks every entry and tile on the way. First the batches that are
 * staged, then the checkpoint, then exactly the files of its tree: staged batches thus continue the checkpoint or lie
 * below it, and no tile holds entries that a restored log would want to decide anew.
 * @throws LogError when the log does not hold; BackupError DATA_MISSING without a key
 */
export async function copyLog(from: string, to: string, copyFile: CopyFile): Promise<CheckedLog> {
  await writeDurable(join(to, 'log.key'), await readFile(join(from, 'log.key')), 0o600);
  await writeDurable(join(to, 'staged'), await readFile(join(from, 'staged')), 0o600);
  const source = join(from, 'public');
  const target = join(to, 'public');
  const path = join(source, 'checkpoint');
  const { atime, mtime } = await stat(path);
  const checkpoint = await readFile(path);
  const checked = await checkWholeLog(nodePorts, withCheckpoint(folderSource(source), checkpoint), {
    trust: { logKeys: [await vkeyOf(from, checkpoint)] },
    async onFile({ address, bytes }) {
      const name = tilePath(address);
      if (address.width < TILE_WIDTH) return writeDurable(join(target, name), bytes, 0o444);
      await makeFolder(dirname(join(target, name)));
      await copyFile(join(source, name), join(target, name));
    },
  });
  await writeDurable(join(target, 'checkpoint'), checkpoint);
  // The log's own clock: a service whose clock is behind it does not start.
  await utimes(join(target, 'checkpoint'), atime, mtime);
  return checked;
}

/** The verifier key of the log in `dir`: its private key under the origin its checkpoint names. */
export async function vkeyOf(dir: string, checkpoint: Uint8Array): Promise<string> {
  const path = join(dir, 'log.key');
  const key = await readEd25519Key(path);
  if (key === undefined) throw new BackupError('DATA_MISSING', 'the log has no key', { entry: path });
  const [origin = ''] = parseSignedNote(fromUtf8(checkpoint)).text.split('\n');
  return logSigner(origin, key).vkey;
}

function withCheckpoint(source: TileSource, checkpoint: Uint8Array): TileSource {
  return { read: async (path) => (path === 'checkpoint' ? checkpoint : source.read(path)) };
}
