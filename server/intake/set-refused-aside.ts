import { canonicalJson } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import type { Blobs } from '../store/blobs.ts';
import { evidenceName } from '../store/evidence-names.ts';
import type { Package } from '../store/packages.ts';

/**
 * Keeps a refused bundle, `<id>.wacz`, with the reason and the signed receipt beside it, `<id>.json`. Refused bundles
 * are never deleted: the refusal can be checked later.
 */
export async function setRefusedAside(blobs: Blobs, row: Package): Promise<void> {
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
  await blobs.put(evidenceName.refusal(row.id), toUtf8(`${canonicalJson(reason)}\n`));
  await blobs.copy(evidenceName.bundle(row.upload), evidenceName.refused(row.id));
}
