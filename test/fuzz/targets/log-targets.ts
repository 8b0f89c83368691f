import { bundlePath } from '#shared/bundle/layout';
import { concatBytes } from '#shared/lib/concat-bytes';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { formatCheckpoint, parseCheckpoint } from '#shared/log/checkpoint';
import { parseEntries } from '#shared/log/entry-bundle';
import { leafBytes, leafTypeOf } from '#shared/log/leaf';
import { parseNoteSignatures, parseSignedNote } from '#shared/log/signed-note';
import { parseTilePath } from '#shared/log/tile-path';
import { formatTlogProof, parseTlogProof } from '#shared/log/tlog-proof';
import { parseVerifierKey } from '#shared/log/verifier-key';
import { verifyCheckpoint } from '#shared/log/verify-checkpoint';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseBagInfo } from '#shared/seal/bag';
import { packagePath } from '#shared/seal/layout';
import { parseAddCheckpoint } from '../../../server/log/add-checkpoint.ts';
import { decodeStagedBatches } from '../../../server/log/staged-batch.ts';
import { nodePorts } from '../../../server/store/node-ports.ts';
import type { FuzzCorpus } from '../corpus.ts';
import { type FuzzTarget, seedAt } from '../fuzz-target.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const proofs = ({ members, files }: FuzzCorpus) => [
  seedAt(members, packagePath.logProof),
  seedAt(files, bundlePath.journalProof),
];

const leaves = new WeakMap<FuzzCorpus, Uint8Array>();

/** The leaf that the package's own proof is of. */
function sealLeaf(corpus: FuzzCorpus): Uint8Array {
  const digest = (path: string) => sha256Hex(seedAt(corpus.members, path));
  const { externalIdentifier, previousSeal } = parseBagInfo(seedAt(corpus.members, packagePath.bagInfo));
  const leaf =
    leaves.get(corpus) ??
    leafBytes({
      type: 'evidence-seal/v1',
      packageId: externalIdentifier,
      bundle: digest(packagePath.bundle(corpus.captureId)),
      previous: previousSeal,
      tagManifest: digest(packagePath.tagManifest),
      sealManifest: digest(packagePath.sealManifest),
    });
  leaves.set(corpus, leaf);
  return leaf;
}

/** What was accepted is written again as it was read. */
function requireSame(text: string, written: string): void {
  if (text !== written) throw new TypeError('accepted text does not re-encode identically');
}

export const logTargets: readonly FuzzTarget[] = [
  {
    name: 'checkpoint',
    weight: 60,
    mutator: 'text',
    seeds: ({ checkpoint }) => [checkpoint],
    async run(bytes, { logKey }) {
      const note = parseSignedNote(decoder.decode(bytes));
      requireSame(note.text, formatCheckpoint(parseCheckpoint(note.text)));
      await verifyCheckpoint(nodePorts, note, { logKeys: [logKey] });
    },
  },
  {
    name: 'checkpoint-text',
    weight: 40,
    mutator: 'text',
    seeds: ({ checkpoint }) => [toUtf8(parseSignedNote(fromUtf8(checkpoint)).text)],
    run: (bytes) =>
      requireSame(decoder.decode(bytes), formatCheckpoint(parseCheckpoint(decoder.decode(bytes)))),
  },
  {
    name: 'note-signatures',
    weight: 30,
    mutator: 'text',
    seeds: ({ checkpoint }) => [checkpoint.slice(checkpoint.lastIndexOf(0x0a, -2) + 1)],
    run: (bytes) => parseNoteSignatures(decoder.decode(bytes)),
  },
  {
    name: 'tlog-proof',
    weight: 60,
    mutator: 'text',
    seeds: proofs,
    run(bytes, corpus) {
      const text = decoder.decode(bytes);
      requireSame(text, formatTlogProof(parseTlogProof(text)));
      return verifyTlogProof(nodePorts, text, sealLeaf(corpus), { logKeys: [corpus.logKey] });
    },
  },
  {
    name: 'verifier-key',
    weight: 30,
    mutator: 'text',
    seeds: ({ logKey }) => [toUtf8(logKey)],
    run: (bytes) => parseVerifierKey(decoder.decode(bytes)),
  },
  {
    name: 'add-checkpoint',
    weight: 40,
    mutator: 'text',
    seeds: ({ checkpoint }) => [
      concatBytes(toUtf8(`old 1\n${'A'.repeat(43)}=\n\n`), checkpoint),
      concatBytes(toUtf8('old 0\n\n'), checkpoint),
    ],
    run: (bytes) => parseAddCheckpoint(bytes),
  },
  {
    name: 'entry-bundle',
    weight: 40,
    mutator: 'bytes',
    seeds: ({ entryBundle }) => [entryBundle],
    run: (bytes) => parseEntries(bytes).map(leafTypeOf),
  },
  {
    name: 'staged-batches',
    weight: 20,
    mutator: 'bytes',
    seeds: ({ stagedBatches }) => [stagedBatches, concatBytes(stagedBatches, stagedBatches)],
    run: (bytes) => decodeStagedBatches(bytes),
  },
  {
    name: 'tile-path',
    weight: 20,
    mutator: 'text',
    seeds: () =>
      ['tile/0/x001/x234/067', 'tile/entries/000.p/17', 'tile/63/000.p/255'].map((path) => toUtf8(path)),
    run: (bytes) => parseTilePath(decoder.decode(bytes)),
  },
];
