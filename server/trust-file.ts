import { toPem } from '#shared/pki/pem';
import type { TransparencyLog } from './log/open-log.ts';
import type { Trust } from './trust/trust.ts';

/**
 * The trust file the organisation publishes: root certificates of the signer and of every time-stamp authority as
 * PEM, then the verifier key of the log on a line of its own.
 */
export function trustFileOf(trust: Trust, log: Pick<TransparencyLog, 'vkey'>): string {
  const roots = [trust.ca, ...trust.authorities.flatMap(({ roots: own }) => own)];
  const blocks = new Set(roots.map((der) => toPem('CERTIFICATE', der)));
  return `${[...blocks].join('')}${log.vkey}\n`;
}
