import type * as v from 'valibot';
import { parseCanonicalFile } from '#shared/bundle/canonical-file';
import { parseCaptureRecord } from '#shared/bundle/capture-record-json';
import { challengeFileSchema } from '#shared/bundle/challenge';
import { buildDatapackage, datapackageDigestSchema, datapackageSchema } from '#shared/bundle/datapackage';
import { bundlePath } from '#shared/bundle/layout';
import { pagesText } from '#shared/bundle/pages';
import { parseJournal } from '#shared/journal/parse-journal';
import { parsePem } from '#shared/pki/pem';
import { parseAsicManifest } from '#shared/seal/asic-manifest';
import { parseBagInfo } from '#shared/seal/bag';
import { parseHashManifest } from '#shared/seal/hash-manifest';
import { packagePath } from '#shared/seal/layout';
import { receiptSchema } from '#shared/seal/receipt';
import { readTrustFile } from '#shared/verify/trust-anchors';
import type { FuzzCorpus } from '../corpus.ts';
import { type FuzzTarget, seedAt } from '../fuzz-target.ts';

const member =
  (path: string) =>
  ({ members }: FuzzCorpus) => [seedAt(members, path)];
const file =
  (path: string) =>
  ({ files, plainFiles }: FuzzCorpus) =>
    [files.get(path), plainFiles.get(path)].filter((bytes) => bytes !== undefined);

/** A canonical JSON file of a schema of ours. */
function jsonTarget(name: string, seeds: FuzzTarget['seeds'], schema: v.GenericSchema): FuzzTarget {
  return {
    name,
    weight: 60,
    mutator: 'json',
    seeds,
    run: (bytes) => parseCanonicalFile(schema, bytes, name),
  };
}

export const manifestTargets: readonly FuzzTarget[] = [
  {
    name: 'hash-manifest',
    weight: 60,
    mutator: 'text',
    seeds: ({ members }) =>
      [packagePath.manifest, packagePath.tagManifest, packagePath.sealManifest].map((path) =>
        seedAt(members, path),
      ),
    run: (bytes) => parseHashManifest(bytes, 'manifest'),
  },
  {
    name: 'bag-info',
    weight: 60,
    mutator: 'text',
    seeds: member(packagePath.bagInfo),
    run: (bytes) => parseBagInfo(bytes),
  },
  {
    name: 'asic-manifest',
    weight: 40,
    mutator: 'text',
    seeds: member(packagePath.asicManifest),
    run: (bytes) => parseAsicManifest(bytes),
  },
  jsonTarget('datapackage', file(bundlePath.datapackage), datapackageSchema),
  jsonTarget('datapackage-digest', file(bundlePath.datapackageDigest), datapackageDigestSchema),
  jsonTarget('challenge', file(bundlePath.challenge), challengeFileSchema),
  jsonTarget('receipt', member(packagePath.receipt), receiptSchema),
  {
    name: 'capture-record',
    weight: 80,
    mutator: 'json',
    seeds: file(bundlePath.captureRecord),
    run(bytes) {
      const record = parseCaptureRecord(bytes);
      // Whatever is accepted is also written into these files.
      pagesText(record);
      buildDatapackage(record, [], { createdAt: 0, software: '' });
    },
  },
  {
    name: 'journal',
    weight: 60,
    mutator: 'json',
    seeds: file(bundlePath.journal),
    run: (bytes) => parseJournal(bytes),
  },
  {
    name: 'trust-file',
    weight: 40,
    mutator: 'text',
    seeds: ({ trustFile }) => [trustFile],
    run: (bytes) => readTrustFile(bytes),
  },
  {
    name: 'pem',
    weight: 30,
    mutator: 'text',
    seeds: member(packagePath.caCertificate),
    run: (bytes) => parsePem(new TextDecoder().decode(bytes), 'CERTIFICATE'),
  },
];
