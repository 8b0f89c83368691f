import * as v from 'valibot';
import { parseCanonicalFile } from '#shared/bundle/canonical-file';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { CodedError } from '#shared/lib/errors';
import { LAST_INSTANT } from '#shared/lib/last-instant';
import { parseJson } from '#shared/lib/parse-json';
import { fromUtf8 } from '#shared/lib/utf8';
import { openZip, type ZipEntry } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import type { DocumentConnection } from '#shared/seal/certificate/input';
import { judgeChain } from '#shared/tls/judge-chain';
import { tlsChainsSchema } from '#shared/tls/tls-chains';
import { pngThumbnail, type Thumbnail } from '../document/png-thumbnail.ts';
import { type FileSource, openFileSource } from '../store/file-source.ts';
import { nodePorts } from '../store/node-ports.ts';
import type { SealWork } from './seal-work.ts';

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

const text = v.optional(v.string());
const instant = v.pipe(v.number(), v.minValue(-LAST_INSTANT), v.maxValue(LAST_INSTANT));
const harSchema = v.object({
  log: v.object({
    entries: v.array(
      v.object({
        request: v.object({ url: v.string() }),
        response: v.optional(v.object({ httpVersion: text })),
        serverIPAddress: text,
        _resourceType: text,
        _tls: v.optional(
          v.object({
            protocol: v.string(),
            subject: v.string(),
            issuer: v.string(),
            validFrom: instant,
            validTo: instant,
          }),
        ),
      }),
    ),
  }),
});

/** Reads what the certificate shows, a file at a time; nothing large is held. */
export async function readExhibits({
  bundlePath: path,
  bundle,
}: Pick<SealWork, 'bundlePath' | 'bundle'>): Promise<Exhibits> {
  const source = await openFileSource(path);
  try {
    const { entries } = await openZip(source);
    const read = (name: string | undefined) => readSmall(source, entries, name);
    const { artefacts, url } = bundle.record;
    const shot = ['screenshot', 'found-screenshot'].flatMap((kind) =>
      artefacts.filter((artefact) => artefact.kind === kind),
    )[0];
    const picture = thumbnail(await read(shot?.path));
    const har = await read(artefacts.find(({ kind }) => kind === 'network-har')?.path);
    const chains = await read(artefacts.find(({ kind }) => kind === 'tls-chain')?.path);
    const connection = await connectionUnder(connectionOf(har, url.final), chains, bundle.record);
    return {
      ...(picture === undefined ? {} : { picture }),
      ...(connection === undefined ? {} : { connection }),
    };
  } finally {
    await source.close();
  }
}

/** The TimeStampResp over the journal; `undefined` where the capture was not anchored. */
export async function readAnchorToken({ bundlePath: path }: SealWork): Promise<Uint8Array | undefined> {
  const source = await openFileSource(path);
  try {
    const { entries } = await openZip(source);
    return await readSmall(source, entries, bundlePath.journalToken);
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

function connectionOf(har: Uint8Array | undefined, url: string): DocumentConnection | undefined {
  if (har === undefined) return undefined;
  const { success, output } = v.safeParse(harSchema, readJson(har), { abortEarly: true });
  if (!success) return undefined;
  const same = output.log.entries.filter(
    ({ request }) => withoutFragment(request.url) === withoutFragment(url),
  );
  const entry = same.findLast(({ _resourceType }) => _resourceType === 'document') ?? same.at(-1);
  if (entry === undefined) return undefined;
  const { serverIPAddress, response, _tls } = entry;
  return {
    ...(serverIPAddress === undefined ? {} : { address: serverIPAddress }),
    ...(response?.httpVersion === undefined ? {} : { protocol: response.httpVersion }),
    ...(_tls === undefined ? {} : { tls: _tls }),
  };
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

function readJson(bytes: Uint8Array): unknown {
  try {
    return parseJson(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}
