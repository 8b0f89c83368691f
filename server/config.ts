import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { ConfigError } from './config-error.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';

/** How one service runs. Everything it keeps lies below `dataDir`. */
export interface ServiceConfig {
  readonly dataDir: string;
  /** Loopback only: without TLS nothing else is listened on. */
  readonly host: string;
  /** `undefined`: 8787, or a free one when that is taken. 0: a free one. */
  readonly port: number | undefined;
  /** Operating organisation; written into its certificates when they are made on first start. */
  readonly organisation: string;
  /** Neutral name of the system, printed on documents. */
  readonly systemName: string;
  /** Host names besides the loopback ones and origins besides the extension's that requests may carry. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly maxUploadBytes: number;
  /** How long an upload that gets no more bytes is kept. */
  readonly uploadExpiryHours: number;
  /** Below this much free space no upload is accepted, below a half nothing is sealed, below an eighth nothing logged. */
  readonly minFreeBytes: number;
  /** Witnesses of the log, from the configuration file. */
  readonly log: ConfigFile['log'];
  /** Signing key, certificates and time-stamp services, from the configuration file; none: the built-in ones. */
  readonly trust: ConfigFile['trust'];
}

const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const list = v.pipe(
  v.string(),
  v.transform((joined) => joined.split(',').filter((part) => part !== '')),
);
const number = (max: number) =>
  v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'not a number'), v.transform(Number), v.maxValue(max));

const settingsSchema = v.object({
  data: v.optional(v.pipe(v.string(), v.minLength(1)), '.tiezheng'),
  config: v.optional(v.pipe(v.string(), v.minLength(1))),
  host: v.optional(v.picklist(['127.0.0.1', '::1', 'localhost']), '127.0.0.1'),
  port: v.optional(number(65_535)),
  organisation: v.optional(text, '试用机构 Trial organisation'),
  'system-name': v.optional(text, '电子数据固定系统'),
  hosts: v.optional(list, ''),
  origins: v.optional(list, ''),
  'max-upload-bytes': v.optional(number(2 ** 45), String(20 * 2 ** 30)),
  'upload-expiry-hours': v.optional(number(100_000), '168'),
  'min-free-bytes': v.optional(number(2 ** 45), String(2 ** 29)),
});
type Setting = keyof v.InferInput<typeof settingsSchema>;
const settings = Object.keys(settingsSchema.entries) as Setting[];

/**
 * Settings from arguments (`--system-name X`), else from the environment (`TIEZHENG_SYSTEM_NAME`), else defaults; what
 * has more than one value from the file `--config FILE`, by default `<data>/config.json` where there is one.
 * @throws ConfigError ARGUMENT_UNKNOWN, VALUE_MALFORMED, FILE_UNREADABLE, TLS_REQUIRED
 */
export function readConfig(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ServiceConfig {
  const given = fromArguments(argv);
  const input = Object.fromEntries(
    settings.flatMap((name) => {
      const value = given[name] ?? environment[variableOf(name)];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const result = v.safeParse(settingsSchema, input);
  if (!result.success) throw malformed(result.issues[0]);
  const { data, config, host, port, organisation, hosts, origins } = result.output;
  const file = readConfigFile(config ?? join(data, 'config.json'), { required: config !== undefined });
  return {
    dataDir: resolve(data),
    host,
    port,
    organisation,
    systemName: result.output['system-name'],
    hosts,
    origins,
    maxUploadBytes: result.output['max-upload-bytes'],
    uploadExpiryHours: result.output['upload-expiry-hours'],
    minFreeBytes: result.output['min-free-bytes'],
    log: file.log,
    trust: file.trust,
  };
}

function variableOf(name: string): string {
  return `TIEZHENG_${name.replaceAll('-', '_').toUpperCase()}`;
}

function fromArguments(argv: readonly string[]): Partial<Record<Setting, string>> {
  const options = Object.fromEntries(settings.map((name) => [name, { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new ConfigError('ARGUMENT_UNKNOWN', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function malformed(issue: v.BaseIssue<unknown>): ConfigError {
  const setting = String(issue.path?.[0]?.key ?? '');
  return setting === 'host'
    ? new ConfigError('TLS_REQUIRED', 'plain http is served on loopback only; give no --host', {
        entry: '--host',
      })
    : new ConfigError('VALUE_MALFORMED', `--${setting}: ${issue.message}`, { entry: `--${setting}` });
}
