import type { ArtefactKind } from '#shared/artefact/index';
import { parseCanonicalFile } from '#shared/bundle/canonical-file';
import { type CaptureRecord, captureRecordSchema } from '#shared/bundle/capture-record';
import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { fromUtf8 } from '#shared/lib/utf8';
import { openZip } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { documentConnection } from '#shared/seal/certificate/document-connection';
import { tlsChainsSchema } from '#shared/tls/tls-chains';
import type { Package } from '../store/packages.ts';
import type { IntakeContext } from './intake-context.ts';
import { openBundle } from './open-bundle.ts';

/** What an accepted bundle says of its page, as far as a second look is compared with it. */
export interface RecordedPage {
  readonly record: CaptureRecord;
  /** Address the document came from. */
  readonly address?: string;
  /** Leaf of the document's origin, DER. */
  readonly leaf?: Uint8Array;
  /** Visible text of the main frame. */
  readonly lines?: readonly string[];
}

/** Larger files are not compared. */
const MAX_BYTES = 48 << 20;

/** @throws StoreError, BundleError */
export async function recordedPage(
  context: Pick<IntakeContext, 'evidence'>,
  row: Package,
): Promise<RecordedPage> {
  const { source, close } = await openBundle(context, row);
  try {
    const { entries } = await openZip(source);
    const read = async (path: string | undefined) => {
      const entry = entries.find(({ name }) => name === path);
      return entry === undefined || entry.size > MAX_BYTES ? undefined : readEntry(source, entry);
    };
    const bytes = await read(bundlePath.captureRecord);
    if (bytes === undefined) throw new TypeError(`${row.id} has no readable capture record`);
    const record = parseCanonicalFile(captureRecordSchema, bytes, bundlePath.captureRecord);
    const first = (kind: ArtefactKind) => record.artefacts.find((artefact) => artefact.kind === kind)?.path;
    const text = await read(first('visible-text'));
    const har = await read(first('network-har'));
    const chains = await read(first('tls-chain'));
    const address = documentConnection(har, record.url.final)?.address;
    const leaf = leafOf(chains, record.url.final);
    return {
      record,
      ...(address === undefined ? {} : { address }),
      ...(leaf === undefined ? {} : { leaf }),
      ...(text === undefined ? {} : { lines: fromUtf8(text).split('\n') }),
    };
  } finally {
    await close();
  }
}

function leafOf(chains: Uint8Array | undefined, url: string): Uint8Array | undefined {
  if (chains === undefined || !URL.canParse(url)) return undefined;
  const { origins } = parseCanonicalFile(tlsChainsSchema, chains, bundlePath.tlsChains);
  const leaf = origins.find(({ origin }) => origin === new URL(url).origin)?.chain[0];
  return leaf === undefined ? undefined : fromBase64(leaf);
}
