import { join } from 'node:path';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { syncFolder, writeDurable } from '../store/durable-file.ts';
import { linkOrCopy } from '../store/link-or-copy.ts';
import type { Package } from '../store/packages.ts';

/**
 * Keeps a refused bundle, `<id>.wacz`, with the reason and the signed receipt beside it, `<id>.json`. Refused bundles
 * are never deleted: the refusal can be checked later.
 */
export async function setRefusedAside(
  { incoming, refused }: { incoming: string; refused: string },
  row: Package,
): Promise<void> {
  const reason = {
    package: row.id,
    capture: row.capture,
    device: row.device,
    sha256: row.sha256,
    bytes: row.bytes,
    receivedAt: new Date(row.receivedAt).toISOString(),
    refusal: { code: row.refusalCode, entry: row.refusalEntry, message: row.refusalMessage },
    receipt: row.receipt === null ? null : JSON.parse(row.receipt),
  };
  await writeDurable(join(refused, `${row.id}.json`), toUtf8(`${canonicalJson(reason)}\n`));
  await linkOrCopy(join(incoming, row.upload), join(refused, `${row.id}.wacz`));
  await syncFolder(refused);
}
