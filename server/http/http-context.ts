import type { UploadFinisher } from '../intake/finish-upload.ts';
import type { IntakeContext } from '../intake/intake-context.ts';
import type { TransparencyLog } from '../log/open-log.ts';
import type { Trust } from '../trust/trust.ts';

/** What the HTTP edge serves, wired by the service. */
export interface HttpContext {
  readonly version: string;
  /** Name of the operating organisation, shown when a device is paired. */
  readonly organisation: string;
  readonly intake: IntakeContext;
  readonly uploads: UploadFinisher;
  readonly log: Pick<TransparencyLog, 'checkpoint' | 'readTile'>;
  readonly trust: Pick<Trust, 'crl' | 'respondToOcspRequest'>;
  /** Largest bundle taken, in bytes. */
  readonly maxUploadBytes: number;
  readonly adminToken: string;
  /** Trust file of the organisation: PEM certificates and vkey lines. */
  readonly trustFile: string;
  /** How long a stream of events lasts before its client asks again. */
  readonly eventStreamMs: number;
  /** Names of all seal steps, in order. */
  readonly sealSteps: readonly string[];
  /** Host names besides the loopback ones, and origins besides the extension's, that requests may name. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}
