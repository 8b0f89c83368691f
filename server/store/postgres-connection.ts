import { readFileSync } from 'node:fs';
import { type ClientConfig, types } from 'pg';
import { parse } from 'pg-connection-string';
import type { PostgresSettings } from './postgres-settings.ts';

const CONNECT_LIMIT_MS = 10_000;
const INT8 = types.builtins.INT8;

/**
 * How every connection of the service is opened. `bigint` columns are read as numbers, as SQLite gives them: times and
 * byte counts stay far below 2^53, and one that does not is an error rather than a rounded number.
 */
export function postgresConnection({ url, passwordFile, ca }: PostgresSettings): ClientConfig {
  const { host, port, user, password, database } = parse(url);
  return {
    ...(host === null ? {} : { host }),
    ...(port === null || port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(database === null ? {} : { database }),
    ...(password === undefined ? {} : { password }),
    ...(passwordFile === undefined ? {} : { password: firstLineOf(passwordFile) }),
    ...(ca === undefined ? {} : { ssl: { ca: readFileSync(ca, 'utf8'), rejectUnauthorized: true } }),
    application_name: 'tiezheng',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) =>
        oid === INT8 && format !== 'binary' ? exactNumber : types.getTypeParser(oid, format),
    },
  };
}

/** `host:port/name` or the socket's folder: for messages, without user and password. */
export function addressOf({ url }: Pick<PostgresSettings, 'url'>): string {
  const { host, port, database } = parse(url);
  return `${host ?? 'localhost'}:${port ?? 5432}/${database ?? ''}`;
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no exact number`);
  return value;
}

function firstLineOf(path: string): string {
  return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
}
