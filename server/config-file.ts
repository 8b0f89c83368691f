import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { LogError } from '#shared/log/log-error';
import { parseVerifierKey } from '#shared/log/verifier-key';
import { ConfigError } from './config-error.ts';
import { type ConfiguredTrust, configuredTrust, trustEntries } from './config-trust.ts';
import { systemCode } from './store/store-error.ts';

/** A verifier key of a witness (C2SP tlog-cosignature). */
const witnessKey = v.pipe(
  v.string(),
  v.check((text) => isWitnessKey(text), 'not the verifier key of a witness'),
);
const httpUrl = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'not an http(s) URL'),
);

const logSchema = v.pipe(
  v.strictObject({
    /** Who cosigns the checkpoints of the log; none: 可分叉. */
    witnesses: v.optional(v.array(v.strictObject({ url: httpUrl, vkey: witnessKey })), []),
    /** Cosignatures without which nothing is logged, anchored or sealed. */
    threshold: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  }),
  v.check(({ witnesses, threshold }) => threshold <= witnesses.length, 'threshold exceeds the witnesses'),
  v.check(
    ({ witnesses }) => new Set(witnesses.map(({ vkey }) => vkey)).size === witnesses.length,
    'a witness is named twice',
  ),
);

const configFileSchema = v.strictObject({ log: v.optional(logSchema, {}), ...trustEntries });

/** What is set in `config.json`, defaults filled in. */
export interface ConfigFile {
  readonly log: v.InferOutput<typeof logSchema>;
  readonly trust: ConfiguredTrust;
}

/**
 * Reads a configuration file, JSON. A member that is not known is an error, because a mistyped setting must not
 * silently be none.
 * @param required whether a file that is not there is an error; otherwise it is an empty one.
 * @throws ConfigError FILE_UNREADABLE, VALUE_MALFORMED; `entry` is the member, e.g. `log.witnesses.0.vkey`.
 */
export function readConfigFile(path: string, { required }: { required: boolean }): ConfigFile {
  const result = v.safeParse(configFileSchema, readJson(path, required));
  if (result.success) return { log: result.output.log, trust: configuredTrust(path, result.output) };
  const [issue] = result.issues;
  const entry = v.getDotPath(issue) ?? path;
  throw new ConfigError('VALUE_MALFORMED', `${path}: ${entry}: ${issue.message}`, { entry });
}

function readJson(path: string, required: boolean): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (!required && systemCode(cause) === 'ENOENT') return {};
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new ConfigError('FILE_UNREADABLE', `${path} ${why}`, { entry: path, cause });
  }
}

function isWitnessKey(text: string): boolean {
  try {
    return parseVerifierKey(text).kind === 'witness';
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
