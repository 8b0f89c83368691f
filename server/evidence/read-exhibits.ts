import { parseCanonicalFile } from '#shared/bundle/canonical-file';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { CodedError } from '#shared/lib/errors';
import { openZip, type ZipEntry } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { documentConnection } from '#shared/seal/certificate/document-connection';
import type { DocumentConnection } from '#shared/seal/certificate/input';
import { judgeChain } from '#shared/tls/judge-chain';
import { tlsChainsSchema } from '#shared/tls/tls-chains';
import { pngThumbnail, type Thumbnail } from '../document/png-thumbnail.ts';
import { type BlobRef, openBlobRef } from '../store/blob-ref.ts';
import type { FileSource } from '../store/file-source.ts';
import { heldSource } from '../store/held-source.ts';
import { nodePorts } from '../store/node-ports.ts';

/** Files of a bundle that the certificate shows something of. */
export interface Exhibits {
  /** Absent where there is no screenshot, or none that can be reduced. */
  readonly picture?: Thumbnail;
  readonly connection?: DocumentConnection;
}

/** Larger files are not looked into for the certificate; the bundle holds them all the same. */
const MAX_BYTES = 48 << 20;
/** Pixels: about 200 dots an inch at the width it is printed. */
const PICTURE_WIDTH = 640;
/** Height by width of the part that is shown. */
const PICTURE_ASPECT = 0.7;

/**
 * Reads what the certificate of a bundle shows, a file at a time; nothing large is held.
 * @param file the bundle.
 */
export async function readExhibits(file: BlobRef, record: CaptureRecord): Promise<Exhibits> {
  const source = await heldSource(await openBlobRef(file));
  try {
    const { entries } = await openZip(source);
    const read = (name: string | undefined) => readSmall(source, entries, name);
    const { artefacts, url } = record;
    const shot = ['screenshot', 'found-screenshot'].flatMap((kind) =>
      artefacts.filter((artefact) => artefact.kind === kind),
    )[0];
    const picture = thumbnail(await read(shot?.path));
    const har = await read(artefacts.find(({ kind }) => kind === 'network-har')?.path);
    const chains = await read(artefacts.find(({ kind }) => kind === 'tls-chain')?.path);
    const connection = await connectionUnder(documentConnection(har, url.final), chains, record);
    return {
      ...(picture === undefined ? {} : { picture }),
      ...(connection === undefined ? {} : { connection }),
    };
  } finally {
    await source.close();
  }
}

async function readSmall(
  source: FileSource,
  entries: readonly ZipEntry[],
  name: string | undefined,
): Promise<Uint8Array | undefined> {
  const entry = entries.find((one) => one.name === name);
  return entry === undefined || entry.size > MAX_BYTES ? undefined : readEntry(source, entry);
}

function thumbnail(png: Uint8Array | undefined): Thumbnail | undefined {
  if (png === undefined) return undefined;
  try {
    return pngThumbnail(png, PICTURE_WIDTH, PICTURE_ASPECT);
  } catch (error) {
    // A picture our reader cannot reduce is still an exhibit; the certificate says that it is not shown.
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/**
 * Adds what the chain of the document's origin ends in: the device's judgement, checked again by our own list. What
 * either denies is not public, and what either could not check was not checked.
 */
async function connectionUnder(
  connection: DocumentConnection | undefined,
  file: Uint8Array | undefined,
  { url, startedAt }: CaptureRecord,
): Promise<DocumentConnection | undefined> {
  if (file === undefined || !URL.canParse(url.final)) return connection;
  const { origins } = parseCanonicalFile(tlsChainsSchema, file, bundlePath.tlsChains);
  const found = origins.find(({ origin }) => origin === new URL(url.final).origin);
  if (found === undefined) return connection;
  const { verdict } = await judgeChain(nodePorts, found.chain.map(fromBase64), startedAt);
  const verdicts = [found.verdict, verdict];
  if (verdicts.includes('private-root')) return { ...connection, publicRoot: false };
  return verdicts.includes('not-checked') ? connection : { ...connection, publicRoot: true };
}
