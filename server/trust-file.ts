import { toPem } from '#shared/pki/pem';
import type { TransparencyLog } from './log/open-log.ts';
import type { Trust } from './trust/trust.ts';

/**
 * What packages made now are checked with, as blocks of a trust file: root certificates of the signer and of every
 * time-stamp authority as PEM, then the verifier keys of the log and of its witnesses, each on a line of its own. How
 * many witnesses a package must have is for its reader to demand (`policy witnesses N`): packages sealed before there
 * were any hold no less.
 */
export function anchorBlocks(
  trust: Pick<Trust, 'ca' | 'authorities'>,
  log: Pick<TransparencyLog, 'vkey'>,
  witnessKeys: readonly string[] = [],
): string[] {
  const roots = [trust.ca, ...trust.authorities.flatMap(({ roots: own }) => own)];
  const keys = [log.vkey, ...witnessKeys.map((vkey) => `witness ${vkey}`)];
  return [...new Set(roots.map((der) => toPem('CERTIFICATE', der))), ...keys.map((key) => `${key}\n`)];
}

/** The trust file an organisation that never changed its keys publishes. */
export function trustFileOf(...of: Parameters<typeof anchorBlocks>): string {
  return anchorBlocks(...of).join('');
}
