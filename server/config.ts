import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import {
  type CollectedSettings,
  collectSettings,
  type Environment,
  type Origins,
} from './config/collect-settings.ts';
import { databaseSettings } from './config/database-section.ts';
import { type EncryptionSettings, encryptionSettings } from './config/encryption-section.ts';
import { type Listening, listeningOf } from './config/https-section.ts';
import type { Limits } from './config/limits-section.ts';
import type { LogSettings } from './config/log-section.ts';
import type { NameResolutionSettings } from './config/name-resolution-section.ts';
import { configuredOidc } from './config/oidc-section.ts';
import type { SecondLookSettings } from './config/second-look-section.ts';
import { argumentOf } from './config/setting-names.ts';
import { plainSettings, type Settings, settingsSchema } from './config/settings-schema.ts';
import { type ConfiguredTrust, configuredTrust } from './config/trust-section.ts';
import { ConfigError } from './config-error.ts';
import type { OidcSettings } from './identity/oidc.ts';
import type { PostgresSettings } from './store/postgres-settings.ts';

/** How one service runs. Everything it keeps lies below `dataDir`. */
export interface ServiceConfig {
  readonly dataDir: string;
  /** Address, https or not, and the names the service is known by. */
  readonly listening: Listening;
  /** Where people reach it, e.g. `https://evidence.example`; `undefined`: at the address they use. */
  readonly publicUrl: string | undefined;
  /** `undefined`: 8787, or a free one when that is taken. 0: a free one. */
  readonly port: number | undefined;
  /** Operating organisation; written into its certificates when they are made on first start. */
  readonly organisation: string;
  /** Neutral name of the system, printed on documents. */
  readonly systemName: string;
  /** Origins besides the extension's and its own that requests may carry. */
  readonly origins: readonly string[];
  readonly maxUploadBytes: number;
  /** How long an upload that gets no more bytes is kept. */
  readonly uploadExpiryHours: number;
  /** How long a capture number may be awaited before it is declared missing. */
  readonly gapAfterHours: number;
  /** Below this much free space no upload is accepted, below a half nothing is sealed, below an eighth nothing logged. */
  readonly minFreeBytes: number;
  /** Witnesses of the log. */
  readonly log: LogSettings;
  /** Signing key, certificates and time-stamp services; none: the built-in ones. */
  readonly trust: ConfiguredTrust;
  /** The identity provider people may sign in at. */
  readonly oidc: OidcSettings | undefined;
  /** What a device and an organisation may ask for; the defaults where absent. */
  readonly limits?: Limits;
  /** Off where absent. */
  readonly secondLook?: SecondLookSettings;
  /** Where the metadata are kept; SQLite in the data directory where absent. */
  readonly database?: PostgresSettings;
  /** The master key of evidence at rest; kept in the clear where absent. */
  readonly encryption?: EncryptionSettings;
  /** Whether, and by whom, names are resolved for devices; off where absent. */
  readonly nameResolution?: NameResolutionSettings;
  /** Manifests of builds of the extension that are known. */
  readonly knownBuilds?: readonly string[];
  /** Proxies in front, by address or network, whose word on the address of a client is taken. */
  readonly trustedProxies?: readonly string[];
}

/** Settings in force, and where each was set. */
export interface EffectiveSettings {
  readonly dataDir: string;
  readonly configFile: string;
  readonly settings: Settings;
  readonly origins: Origins;
}

const plainNames = Object.keys(plainSettings);
const argumentNames = new Map(plainNames.map((name) => [argumentOf(name), name]));

/**
 * Settings from arguments (`--system-name X`), else from the environment (`TIEZHENG_SYSTEM_NAME`, and for a member of a
 * group `TIEZHENG_LOG__THRESHOLD`), else from the file `--config FILE`, by default `<data>/config.json` where there is
 * one, else defaults.
 * @throws ConfigError ARGUMENT_UNKNOWN, VALUE_MALFORMED, FILE_UNREADABLE, HOSTS_REQUIRED; `entry` names the argument, the
 * variable, or the member of the file.
 */
export function readConfig(argv: readonly string[], environment: Environment): ServiceConfig {
  const { dataDir, configFile, settings } = readSettings(argv, environment);
  const { host, hosts, https, oidc, log, limits, secondLook, nameResolution, database, encryption, ...rest } =
    settings;
  const { keys, certificates, timeStamps, sm2, ...plain } = rest;
  return {
    ...plain,
    dataDir,
    listening: listeningOf(configFile, { host, hosts, https, publicUrl: plain.publicUrl }),
    publicUrl: plain.publicUrl,
    oidc: configuredOidc(configFile, oidc),
    port: plain.port,
    log,
    limits,
    secondLook,
    ...(database === undefined ? {} : { database: databaseSettings(configFile, database) }),
    ...(encryption === undefined ? {} : { encryption: encryptionSettings(configFile, dataDir, encryption) }),
    nameResolution,
    trust: configuredTrust(configFile, { keys, certificates, timeStamps, sm2 }),
  };
}

/** As `readConfig`, before the files that the settings name are read. */
export function readSettings(argv: readonly string[], environment: Environment): EffectiveSettings {
  const { data, config, ...given } = fromArguments(argv);
  const dataDir = data ?? environment.TIEZHENG_DATA ?? '.tiezheng';
  if (dataDir === '') throw new ConfigError('VALUE_MALFORMED', '--data is empty', { entry: '--data' });
  const chosen = config ?? environment.TIEZHENG_CONFIG;
  const configFile = chosen ?? join(dataDir, 'config.json');
  const collected = collectSettings(
    { path: configFile, required: chosen !== undefined },
    environment,
    given,
    new Set(plainNames),
  );
  const result = v.safeParse(settingsSchema, collected.raw);
  if (!result.success) throw malformed(result.issues[0], collected, configFile);
  return { dataDir: resolve(dataDir), configFile, settings: result.output, origins: collected.origins };
}

/** Plain settings by their name in the file; `data` and `config` among them. */
function fromArguments(argv: readonly string[]): Record<string, string> {
  const names = ['data', 'config', ...argumentNames.keys()];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...argv], options });
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [argumentNames.get(name) ?? name, String(value)]),
    );
  } catch (cause) {
    throw new ConfigError('ARGUMENT_UNKNOWN', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function malformed(
  issue: v.BaseIssue<unknown>,
  { origins }: CollectedSettings,
  configFile: string,
): ConfigError {
  const path = v.getDotPath(issue) ?? '';
  const origin = originOf(path, origins) ?? configFile;
  const entry = origin === configFile ? path || configFile : origin;
  const isUnknown = issue.type === 'strict_object' && issue.expected === 'never';
  const why = isUnknown ? 'there is no such setting' : issue.message;
  const where = origin === configFile ? `${configFile}: ${entry}` : `${origin} (${path})`;
  return new ConfigError('VALUE_MALFORMED', `${where}: ${why}`, { entry });
}

/** Where a path, or the nearest one above it, was set. */
function originOf(path: string, origins: Origins): string | undefined {
  for (let name = path; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const found = origins.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
