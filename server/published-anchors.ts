import { readFile } from 'node:fs/promises';
import { CodedError } from '#shared/lib/errors';
import { toUtf8 } from '#shared/lib/utf8';
import { noAnchors, parseTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { writeDurable } from './store/durable-file.ts';
import { StoreError, systemCode } from './store/store-error.ts';

/** What an organisation publishes for those who verify its packages. */
export interface PublishedAnchors {
  /** The trust file: what is in use first, then what was. */
  readonly text: string;
  /** Everything in it. */
  readonly anchors: TrustAnchors;
}

/** Every anchor ever published, as `publishAnchors` kept them. @throws StoreError READ_FAILED */
export async function readPublishedAnchors(file: string): Promise<TrustAnchors> {
  const kept = await readKept(file);
  return kept === '' ? noAnchors : parseTrustFile(kept);
}

const HEADER = `# Every root and key that packages of this service were made with, by their first use. Nothing is taken out by the
# service: packages verify with it for ever. Take an anchor out by hand when its key was stolen.
`;
const EARLIER = '# In use no more; packages of that time verify with them:\n';

/**
 * Adds the anchors in use to those ever used, kept in `file`, durably, before anything is made with them.
 * @param current PEM blocks and key lines of a trust file.
 * @throws StoreError READ_FAILED; VerifyError when the file was damaged
 */
export async function publishAnchors(
  file: string,
  current: readonly string[],
  now: Date,
): Promise<PublishedAnchors> {
  const kept = await readKept(file);
  const known = blocksOf(kept);
  const added = current.filter((block) => !known.includes(block));
  if (added.length > 0) {
    const entry = `# ${now.toISOString()}\n${added.join('')}`;
    await writeDurable(file, toUtf8(`${kept === '' ? HEADER : kept}${entry}`));
  }
  const earlier = known.filter((block) => !current.includes(block));
  const text = `${current.join('')}${earlier.length === 0 ? '' : `${EARLIER}${earlier.join('')}`}`;
  return { text, anchors: parseTrustFile(text) };
}

async function readKept(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return '';
    throw new StoreError('READ_FAILED', `cannot read ${file}`, { entry: file, cause });
  }
  try {
    parseTrustFile(text);
    return text;
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new StoreError('READ_FAILED', `${file} is damaged: ${cause.message}`, { entry: file, cause });
  }
}

/** PEM blocks and key lines, each once, as they stand. */
function blocksOf(text: string): string[] {
  const found = text.match(/^-----BEGIN CERTIFICATE-----\n[^-]*-----END CERTIFICATE-----\n|^[^#\s-].*\n/gm);
  return [...new Set(found ?? [])];
}
