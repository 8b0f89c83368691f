import * as v from 'valibot';
import { belongsTo } from '#shared/journal/journal-segment';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established } from './bundle-verification.ts';
import { sha256Schema } from './capture-record.ts';
import { bundlePath, outsideChain } from './layout.ts';

const storedDetail = v.object({
  kind: v.string(),
  path: v.string(),
  bytes: v.number(),
  sha256: sha256Schema,
});
type Stored = v.InferOutput<typeof storedDetail>;

/**
 * Journal, record and files tell of the same artefacts: each was journalled before the anchor with this size and
 * digest, each journalled one is there, the record lists all but itself. Only the files of `outsideChain` are exempt.
 */
export function checkChain(verification: BundleVerification): void {
  const stored = storedArtefacts(verification);
  const digests = established(verification, 'digests');
  for (const { path, bytes } of established(verification, 'datapackage').resources) {
    const entry = stored.get(path);
    if (entry === undefined) {
      if (outsideChain.has(path)) continue;
      throw new BundleError('NOT_IN_CHAIN', 'the anchored journal does not name this file', { entry: path });
    }
    if (entry.bytes !== bytes || entry.sha256 !== digests.get(path))
      throw new BundleError('CHAIN_MISMATCH', 'not the file the journal names', { entry: path });
  }
  for (const path of stored.keys())
    if (!digests.has(path))
      throw new BundleError('ENTRY_MISSING', 'journalled but not there', { entry: path });
  checkListed(verification, stored);
}

function storedArtefacts(verification: BundleVerification): Map<string, Stored> {
  const { id } = established(verification, 'record');
  const stored = new Map<string, Stored>();
  for (const line of established(verification, 'journal')) {
    if (line.event !== 'artefact-stored' || !belongsTo(line, id)) continue;
    const parsed = v.safeParse(storedDetail, line.detail);
    if (!parsed.success || outsideChain.has(parsed.output.path) || stored.has(parsed.output.path))
      throw new BundleError('CHAIN_MISMATCH', 'entry does not name one new artefact', {
        entry: `${bundlePath.journal}#seq ${line.seq}`,
      });
    stored.set(parsed.output.path, parsed.output);
  }
  return stored;
}

function checkListed(verification: BundleVerification, stored: ReadonlyMap<string, Stored>): void {
  const { artefacts } = established(verification, 'record');
  for (const { kind, path, bytes, sha256 } of artefacts) {
    const entry = stored.get(path);
    if (entry === undefined || entry.kind !== kind || entry.bytes !== bytes || entry.sha256 !== sha256)
      throw new BundleError('CHAIN_MISMATCH', 'the capture record names another file than the journal', {
        entry: path,
      });
  }
  const listed = new Set(artefacts.map(({ path }) => path));
  for (const path of stored.keys())
    if (!listed.has(path) && path !== bundlePath.captureRecord)
      throw new BundleError('CHAIN_MISMATCH', 'the capture record does not list this file', { entry: path });
}
