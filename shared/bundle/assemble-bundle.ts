import { toBase64 } from '#shared/lib/base64';
import type { Ports } from '#shared/lib/port';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { cdxSecondaryIndex, INDEX_LIMIT } from '#shared/warc/cdx';
import type { BundleFile } from './bundle-file.ts';
import { canonicalFile } from './canonical-file.ts';
import type { CaptureRecord } from './capture-record.ts';
import { buildDatapackage, type DatapackageDigest } from './datapackage.ts';
import { derivedMediaType } from './derived-media-type.ts';
import { bundlePath } from './layout.ts';
import { pagesText } from './pages.ts';

/** What a bundle is made of. */
export interface BundleParts {
  readonly record: CaptureRecord;
  /** Every stored artefact of the capture, `evidence/capture.json` too; the order becomes that of the file. */
  readonly artefacts: readonly BundleFile[];
  /** Text of `evidence/journal.jsonl`, exactly as anchored. */
  readonly journal: string;
  /** TimeStampResp over the journal, DER; absent when no anchor could be had. */
  readonly token?: Uint8Array;
  /** tlog-proof of the anchor leaf. */
  readonly proof?: string;
  /** Bytes of `indexes/index.cdx.gz`, when the capture has one. */
  readonly cdx?: Uint8Array;
  /** Product name and version. */
  readonly software: string;
  /** UTC ms. */
  readonly createdAt: number;
  /** SPKI of the device key, DER. */
  readonly publicKey: Uint8Array;
}

export interface BundlePorts extends Pick<Ports, 'gunzip'> {
  /** Signs with the device key: ECDSA P-384, SHA-256, raw r‖s (96 bytes). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** An entry of the bundle: bytes made here, or the artefact whose stored bytes belong there. */
export type BundleEntry =
  | { readonly path: string; readonly bytes: Uint8Array }
  | { readonly path: string; readonly artefact: BundleFile };

/**
 * Assembles a WACZ 1.1.1 file: `datapackage.json`, its signed digest, then every listed file. The caller packs the
 * entries in this order, STORED, without data descriptors and without folder entries.
 * @throws whatever the ports throw; TypeError when `cdx` is not UTF-8.
 */
export async function assembleBundle(parts: BundleParts, ports: BundlePorts): Promise<BundleEntry[]> {
  const made = await derivedFiles(parts, ports);
  const files = [...made.map(({ file }) => file), ...parts.artefacts];
  const datapackage = buildDatapackage(parts.record, files, parts);
  const datapackageBytes = canonicalFile(datapackage);
  const hash = `sha256:${sha256Hex(datapackageBytes)}`;
  const digestFile: DatapackageDigest = {
    path: bundlePath.datapackage,
    hash,
    signedData: {
      hash,
      created: datapackage.created,
      software: parts.software,
      signature: toBase64(await ports.sign(toUtf8(hash))),
      publicKey: toBase64(parts.publicKey),
    },
  };
  return [
    { path: bundlePath.datapackage, bytes: datapackageBytes },
    { path: bundlePath.datapackageDigest, bytes: canonicalFile(digestFile) },
    ...made.map(({ file: { path }, bytes }) => ({ path, bytes })),
    ...parts.artefacts.map((artefact) => ({ path: artefact.path, artefact })),
  ];
}

interface MadeFile {
  readonly file: BundleFile;
  readonly bytes: Uint8Array;
}

/** The files outside the anchored chain: pages, secondary index, the chain itself and its proofs. */
async function derivedFiles(parts: BundleParts, ports: BundlePorts): Promise<MadeFile[]> {
  const { cdx, token, proof } = parts;
  const idx =
    cdx === undefined ? undefined : cdxSecondaryIndex(cdx, fromUtf8(await ports.gunzip(cdx, INDEX_LIMIT)));
  return [
    made(bundlePath.pages, toUtf8(pagesText(parts.record))),
    ...(idx === undefined ? [] : [made(bundlePath.idx, toUtf8(idx))]),
    made(bundlePath.journal, toUtf8(parts.journal)),
    ...(token === undefined ? [] : [made(bundlePath.journalToken, token)]),
    ...(proof === undefined ? [] : [made(bundlePath.journalProof, toUtf8(proof))]),
  ];
}

function made(path: string, bytes: Uint8Array): MadeFile {
  const mediaType = derivedMediaType(path);
  const sha256: Sha256 = sha256Hex(bytes);
  return { file: { path, mediaType, bytes: bytes.length, sha256 }, bytes };
}
