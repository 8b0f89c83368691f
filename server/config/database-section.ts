import { dirname, resolve } from 'node:path';
import { parse } from 'pg-connection-string';
import * as v from 'valibot';
import type { PostgresSettings } from '../store/postgres-settings.ts';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));

/** `database`: where the metadata are kept; without it in SQLite, in the data directory. */
export const databaseSection = v.pipe(
  v.strictObject({
    provider: v.literal('postgres'),
    url: v.pipe(
      v.string(),
      v.regex(/^postgres(?:ql)?:\/\//, 'not a postgres:// URL'),
      v.check((url) => URL.canParse(url) && !/[?&](?:ssl\w*)=/.test(url), 'TLS is set by ca, not in the URL'),
    ),
    passwordFile: v.optional(path),
    ca: v.optional(path),
    connections: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 8),
  }),
  v.check(
    ({ url, ca }) => ca !== undefined || isLocal(parse(url).host ?? ''),
    'a database on another machine needs ca: without TLS only loopback and sockets are used',
  ),
);

/** Paths are relative to the folder of the configuration file. */
export function databaseSettings(
  configFile: string,
  { provider: _, ...section }: v.InferOutput<typeof databaseSection>,
): PostgresSettings {
  const at = (name: string) => resolve(dirname(configFile), name);
  const { passwordFile, ca, ...rest } = section;
  return {
    ...rest,
    ...(passwordFile === undefined ? {} : { passwordFile: at(passwordFile) }),
    ...(ca === undefined ? {} : { ca: at(ca) }),
  };
}

function isLocal(host: string): boolean {
  return host === '' || host.startsWith('/') || ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host);
}
