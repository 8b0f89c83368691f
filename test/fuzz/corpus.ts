import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource } from '#shared/lib/bytes-source';
import { encodeExplicit, encodeInteger, encodeOctetString, encodeSequence } from '#shared/lib/der/encode-der';
import { readGzipMember } from '#shared/lib/gzip-content';
import { sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { openZip } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { tilePath } from '#shared/log/tile-path';
import { encodeExtension } from '#shared/pki/build-certificate';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { encodeHashAlgorithm } from '#shared/pki/hash';
import { buildTimeStampRequest } from '#shared/pki/time-stamp-request';
import { nextRecordingEntry, recordingLine } from '#shared/recording/recording-chain';
import type { RecordingChunk, RecordingEntry, RecordingFact } from '#shared/recording/recording-entry';
import { packagePath } from '#shared/seal/layout';
import { encodeStagedBatch } from '../../server/log/staged-batch.ts';
import { renewPackage } from '../../server/seal/renew-package.ts';
import { seal } from '../../server/seal/seal.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import type { TimeStampAuthority } from '../../server/trust/trust.ts';
import { trustFileOf } from '../../server/trust-file.ts';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { packBundle } from '../fixtures/pack-bundle.ts';
import { PackageDraft } from '../fixtures/package-draft.ts';
import { createTestDevice } from '../fixtures/test-device.ts';
import { testPng } from '../fixtures/test-png.ts';
import { createTestSealer, type TestSealer } from '../fixtures/test-seal.ts';

/** Real files of one service, made in this run; plain data, so that it travels to worker threads. */
export interface FuzzCorpus {
  /** UTC ms at which all of it is valid. */
  readonly madeAt: number;
  /** A sealed package with challenge, anchor and previous capture. */
  readonly package: Uint8Array;
  /** Its members by path. */
  readonly members: ReadonlyMap<string, Uint8Array>;
  /** A bundle without challenge and anchor, so that it can be forged without a service. */
  readonly bundle: Uint8Array;
  /** Files of the challenged bundle by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Files of `bundle` by path, and the key of its device, PKCS #8 DER. */
  readonly plainFiles: ReadonlyMap<string, Uint8Array>;
  readonly deviceKey: Uint8Array;
  /** Uncompressed WARC records. */
  readonly warcRecords: readonly Uint8Array[];
  readonly captureId: string;
  readonly crl: Uint8Array;
  readonly ocsp: Uint8Array;
  readonly ocspRequest: Uint8Array;
  readonly timeStampRequest: Uint8Array;
  /** DER certificates. */
  readonly certificates: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
  readonly logKey: string;
  readonly entryBundle: Uint8Array;
  readonly stagedBatches: Uint8Array;
  readonly trustFile: Uint8Array;
  /** The package in its wrapper, renewed twice, and the members of that by path. */
  readonly archive: ReadonlyMap<string, Uint8Array>;
  /** Chain of a recording with chunks, events, marker and transcript. */
  readonly recording: Uint8Array;
  /** SubjectPublicKeyInfo and signature of an SM2 key, DER. */
  readonly sm2: { readonly publicKey: Uint8Array; readonly signature: Uint8Array };
  /** A small archive of JSZip. */
  readonly smallZip: Uint8Array;
  readonly png: Uint8Array;
}

/** Seals a package with fresh keys and takes it apart. About two seconds. */
export async function makeCorpus(): Promise<FuzzCorpus> {
  const dir = await mkdtemp(join(tmpdir(), 'fuzz-'));
  const sealer = await createTestSealer(dir);
  try {
    // Plain arrays as in a worker thread: `slice` of a Buffer is no copy, and mutations would change the seeds.
    return structuredClone(await gather(sealer, dir));
  } finally {
    await sealer.close();
    await rm(dir, { recursive: true });
  }
}

async function gather(sealer: TestSealer, dir: string): Promise<FuzzCorpus> {
  const { trust, log } = sealer;
  const work = await sealer.prepare('one', { foreignEntries: 1 });
  const bytes = new Uint8Array(await readFile((await seal(work)).path));
  const draft = await PackageDraft.of(bytes);
  const files = await filesOf(draft.get(packagePath.bundle(work.captureId)));
  const device = createTestDevice();
  const { bytes: bundle } = await buildTestBundle({ device });
  const plainFiles = await filesOf(bundle);
  const { signer, ca, ocspCertificate, authorities } = trust;
  const [authority] = authorities;
  if (authority === undefined) throw new TypeError('no time-stamp authority');
  const digest = new Uint8Array(32).fill(7);
  return {
    madeAt: Date.now(),
    package: bytes,
    members: draft.members,
    bundle,
    files,
    plainFiles,
    deviceKey: new Uint8Array(device.privateKey.export({ format: 'der', type: 'pkcs8' })),
    warcRecords: await recordsOf(files.get('archive/data.warc.gz') ?? new Uint8Array()),
    captureId: work.captureId,
    crl: await trust.crl(),
    ocsp: await trust.ocsp(signer.certificate),
    ocspRequest: ocspRequest(parseCertificate(signer.certificate)),
    timeStampRequest: buildTimeStampRequest(digest, 0x1234567890abcdefn),
    certificates: [
      ...[signer.certificate, ...signer.chain, ca, ocspCertificate],
      ...[...authority.certificates, ...authority.roots],
    ].filter((certificate) => certificate !== undefined),
    checkpoint: toUtf8(log.checkpoint()),
    logKey: log.vkey,
    entryBundle: await log.readTile(lastEntries(log.checkpoint())),
    stagedBatches: encodeStagedBatch({ base: 5n, entries: [digest, new Uint8Array(), digest] }),
    trustFile: toUtf8(trustFileOf(trust, log)),
    archive: await wrapped(bytes, work.id, authority, join(dir, 'wrapped.asics')),
    recording: recording(work.captureId),
    sm2: sm2Signature(),
    smallZip: await packBundle(
      [...plainFiles].slice(0, 3).map(([path, content]) => ({ path, bytes: content.subarray(0, 40) })),
      new Date(device.clock),
    ),
    png: testPng(24, 3),
  };
}

/** Wraps a package and renews the wrapper. @returns its members */
async function wrapped(
  bytes: Uint8Array,
  id: string,
  authority: TimeStampAuthority,
  path: string,
): Promise<Map<string, Uint8Array>> {
  await renewPackage(bytesSource(bytes), id, authority, path);
  for (let n = 0; n < 2; n++) await renewPackage(bytesSource(await readFile(path)), id, authority, path);
  return filesOf(new Uint8Array(await readFile(path)));
}

function recording(capture: string): Uint8Array {
  const at = Date.UTC(2026, 10, 22);
  const url = 'http://127.0.0.1:8801/live';
  const chunk = (index: number, events: RecordingChunk['events']): RecordingFact => ({
    ...{ type: 'chunk', at: at + index, mono: index, index, offset: 10 * index, bytes: 10 },
    ...{ sha256: sha256Hex(Uint8Array.of(index)), fromMs: 5000 * index, toMs: 5000 * (index + 1) },
    ...{ visible: true, muted: false, peak: 0.5, droppedFrames: 1, events },
  });
  const facts: RecordingFact[] = [
    chunk(0, [
      { type: 'navigation', at, url },
      { type: 'network', at, url, status: 200, ip: '127.0.0.1', digest: sha256Hex(new Uint8Array()) },
    ]),
    { type: 'marker', at, mono: 1, offsetMs: 70, note: '主播' },
    chunk(1, [{ type: 'mute', at, muted: true }]),
    { type: 'transcript', at, mono: 2, fromMs: 0, toMs: 900, text: '保本' },
  ];
  const entries: RecordingEntry[] = [];
  for (const fact of facts) entries.push(nextRecordingEntry(capture, entries.at(-1), fact));
  return toUtf8(entries.map(recordingLine).join(''));
}

function sm2Signature(): FuzzCorpus['sm2'] {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  return { publicKey: spki, signature: new Uint8Array(sign('sm3', Uint8Array.of(1), privateKey)) };
}

async function filesOf(bundle: Uint8Array): Promise<Map<string, Uint8Array>> {
  const source = bytesSource(bundle);
  const files = new Map<string, Uint8Array>();
  for (const entry of (await openZip(source)).entries) files.set(entry.name, await readEntry(source, entry));
  return files;
}

async function recordsOf(warc: Uint8Array): Promise<Uint8Array[]> {
  const records: Uint8Array[] = [];
  for (let offset = 0; offset < warc.length; ) {
    const { length, contentLength } = await readGzipMember(bytesSource(warc), offset);
    records.push(await nodePorts.gunzip(warc.subarray(offset, offset + length), contentLength));
    offset += length;
  }
  return records;
}

/** A question about one certificate, with a nonce as clients send it (RFC 6960 §4.1.1). */
function ocspRequest({ issuer, serial }: Certificate): Uint8Array {
  const certId = encodeSequence(
    encodeHashAlgorithm('sha256', true),
    encodeOctetString(sha256(issuer.der)),
    encodeOctetString(new Uint8Array(32)),
    encodeInteger(serial),
  );
  const nonce = encodeExplicit(
    2,
    encodeSequence(encodeExtension('1.3.6.1.5.5.7.48.1.2', false, encodeOctetString(new Uint8Array(16)))),
  );
  return encodeSequence(encodeSequence(encodeSequence(encodeSequence(certId)), nonce));
}

/** Where the newest bundle of entries of a log of less than 256 leaves lies (C2SP tlog-tiles). */
function lastEntries(checkpoint: string): string {
  const size = BigInt(checkpoint.split('\n')[1] ?? '0');
  return tilePath({ level: 'entries', index: 0n, width: Number(size) });
}
