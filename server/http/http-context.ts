import type { Limits } from '../config/limits-section.ts';
import type { OidcClient } from '../identity/oidc.ts';
import type { UploadFinisher } from '../intake/finish-upload.ts';
import type { IntakeContext } from '../intake/intake-context.ts';
import type { KnownBuilds } from '../intake/known-builds.ts';
import type { NameResolver } from '../intake/resolve-names.ts';
import type { SecondLookTaker } from '../intake/take-second-look.ts';
import type { TransparencyLog } from '../log/open-log.ts';
import type { AccessAuthority } from '../trust/access-authority.ts';
import type { Trust } from '../trust/trust.ts';
import type { Pages } from './open-pages.ts';

/** What the HTTP edge serves, wired by the service. */
export interface HttpContext {
  readonly version: string;
  /** Name of the operating organisation, shown when a device is paired. */
  readonly organisation: string;
  readonly intake: IntakeContext;
  readonly uploads: UploadFinisher;
  readonly secondLook: SecondLookTaker;
  readonly log: Pick<TransparencyLog, 'checkpoint' | 'readTile'>;
  readonly trust: Pick<Trust, 'crl' | 'respondToOcspRequest'>;
  /** Largest bundle taken, in bytes. */
  readonly maxUploadBytes: number;
  readonly limits: Limits;
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
  /** Proxies in front of us whose word on the address of a client is taken. */
  readonly trustedProxies: readonly string[];
  /** Builds of the extension that are known. */
  readonly knownBuilds: KnownBuilds;
  /** Who is asked for the addresses of names; none: that is not allowed. */
  readonly names: readonly NameResolver[];
  /** Where people reach the service, e.g. `https://evidence.example`; `undefined`: at the address they use. */
  readonly publicUrl: string | undefined;
  /** The identity provider, where one is configured. */
  readonly oidc: OidcClient | undefined;
  /** Certifies the keys of devices. */
  readonly access: Pick<AccessAuthority, 'certifyDevice' | 'isDue'>;
  /** `undefined` where they were not built. */
  readonly pages: Pages | undefined;
}
