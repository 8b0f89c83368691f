import type * as v from 'valibot';
import { canonicalFile, parseCanonicalFile } from '#shared/bundle/canonical-file';
import { parseCaptureRecord } from '#shared/bundle/capture-record-json';
import { challengeFileSchema } from '#shared/bundle/challenge';
import { buildDatapackage, datapackageDigestSchema, datapackageSchema } from '#shared/bundle/datapackage';
import { bundlePath } from '#shared/bundle/layout';
import { pagesText } from '#shared/bundle/pages';
import { factsFileSchema } from '#shared/fact/facts-file';
import { detailHash, entryHash } from '#shared/journal/chain';
import { parseJournal } from '#shared/journal/parse-journal';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { parsePem } from '#shared/pki/pem';
import { parseRecording } from '#shared/recording/parse-recording';
import { recordingGenesis, recordingHash } from '#shared/recording/recording-chain';
import { recordingFacts } from '#shared/recording/recording-facts';
import { parseAsicManifest } from '#shared/seal/asic-manifest';
import { parseBagInfo } from '#shared/seal/bag';
import { parseHashManifest } from '#shared/seal/hash-manifest';
import { packagePath } from '#shared/seal/layout';
import { receiptSchema } from '#shared/seal/receipt';
import { type TlsChains, tlsChainsSchema } from '#shared/tls/tls-chains';
import { readTrustFile } from '#shared/verify/trust-anchors';
import { testFacts } from '../../fixtures/test-facts.ts';
import type { FuzzCorpus } from '../corpus.ts';
import { type FuzzTarget, seedAt } from '../fuzz-target.ts';

const member =
  (path: string) =>
  ({ members }: FuzzCorpus) => [seedAt(members, path)];
const file =
  (path: string) =>
  ({ files, plainFiles }: FuzzCorpus) =>
    [files.get(path), plainFiles.get(path)].filter((bytes) => bytes !== undefined);

type Line = Record<string, Json>;

/** Lines whose chain is made to hold again, so that what is judged behind it is reached. */
function fittedLines(bytes: Uint8Array, chained: (line: Line, before: Line | undefined) => Line): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  let before: Line | undefined;
  const lines = text.split('\n').map((line) => {
    try {
      before = chained(JSON.parse(line), before);
      return canonicalJson(before);
    } catch {
      return line;
    }
  });
  return toUtf8(lines.join('\n'));
}

function fittedEntry(line: Line, before: Line | undefined): Line {
  const { hash: _, ...open }: Line = {
    ...line,
    ...(before === undefined ? {} : { seq: Number(before.seq) + 1, prev: before.hash ?? '' }),
    detailHash: detailHash(line as never),
  };
  return { ...open, hash: entryHash(open as never) };
}

function fittedRecordingEntry(capture: string) {
  return (line: Line, before: Line | undefined): Line => {
    const prev = before?.hash ?? recordingGenesis(capture);
    const open = { ...line, seq: before === undefined ? 0 : Number(before.seq) + 1, prev };
    return { ...open, hash: recordingHash(open as never) };
  };
}

function tlsChains(certificates: readonly Uint8Array[]): Uint8Array {
  const chains: TlsChains = {
    version: 1,
    judgedAt: Date.UTC(2026, 10, 22),
    roots: 'test',
    origins: [
      {
        origin: 'https://shop.example',
        chain: certificates.slice(0, 2).map(toBase64),
        verdict: 'private-root',
        detail: 'none',
      },
    ],
    responses: [{ url: 'https://shop.example/', certificate: 'this-origin' }],
  };
  return canonicalFile(chains);
}

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
    name: 'journal-fitted',
    weight: 40,
    mutator: 'json',
    seeds: file(bundlePath.journal),
    run: (bytes) => parseJournal(fittedLines(bytes, fittedEntry)),
  },
  {
    name: 'recording-journal',
    weight: 40,
    mutator: 'json',
    seeds: ({ recording }) => [recording],
    run: (bytes, { captureId }) => recordingFacts(parseRecording(bytes, captureId)),
  },
  {
    name: 'recording-journal-fitted',
    weight: 60,
    mutator: 'json',
    seeds: ({ recording }) => [recording],
    run: (bytes, { captureId }) =>
      recordingFacts(parseRecording(fittedLines(bytes, fittedRecordingEntry(captureId)), captureId)),
  },
  {
    name: 'tls-chains',
    weight: 40,
    mutator: 'json',
    seeds: ({ certificates }) => [tlsChains(certificates)],
    run: (bytes) => parseCanonicalFile(tlsChainsSchema, bytes, 'tls-chains'),
  },
  {
    name: 'facts',
    weight: 40,
    mutator: 'json',
    seeds: () => [canonicalFile(testFacts as unknown as Json)],
    run: (bytes) => parseCanonicalFile(factsFileSchema, bytes, 'facts'),
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
