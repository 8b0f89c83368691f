import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { logOriginOf } from './log/log-origin.ts';
import { type LogOptions, openLog, type TransparencyLog } from './log/open-log.ts';
import { readPublishedAnchors } from './published-anchors.ts';
import type { Trust } from './trust/trust.ts';

/** Shorter than devices wait for a challenge (8 s), so that they are told why there is none. */
const COSIGNATURE_PATIENCE_MS = 6000;

/** Where a service keeps every anchor it ever published, below its folder. */
export const ANCHORS_FILE = 'anchors.txt';

/**
 * Opens the log of the service in `root`. Its origin is made once, different for every installation, and stays when
 * certificates and log key are replaced.
 * @throws FatalLogError; StoreError when the anchors file is damaged
 */
export async function openServiceLog(
  root: string,
  trust: Pick<Trust, 'ca'>,
  options: Omit<LogOptions, 'origin' | 'earlierKeys' | 'patienceMs'>,
): Promise<TransparencyLog> {
  const dir = join(root, 'log');
  const installation = createHash('sha256').update(trust.ca).digest('hex').slice(0, 16);
  const { logKeys } = await readPublishedAnchors(join(root, ANCHORS_FILE));
  return openLog(dir, {
    ...options,
    origin: (await logOriginOf(dir)) ?? `tiezheng/${installation}`,
    earlierKeys: logKeys,
    patienceMs: COSIGNATURE_PATIENCE_MS,
  });
}
