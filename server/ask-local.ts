import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { readServiceFile } from './service-file.ts';
import { systemCode } from './store/store-error.ts';

export interface LocalAnswer {
  readonly status: number;
  readonly body: string;
}

const LIMIT_MS = 5000;

interface LocalRequest {
  readonly method?: 'GET' | 'POST';
  readonly token?: string;
  readonly body?: object;
  /** Path of a file that is the body instead. */
  readonly file?: string;
  /** How long the connection may be silent. */
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
}

/** The root of the built-in access authority, below the service folder: browsers that shall trust its https get it. */
export const ACCESS_ROOT = 'access-ca.pem';

/**
 * Asks the service that runs on a data directory of this machine, whatever it listens on.
 * @throws ConfigError SERVICE_NOT_RUNNING; Error when it does not answer, or its certificate is not trusted
 */
export async function askLocal(
  dataDir: string,
  path: string,
  options: LocalRequest = {},
): Promise<LocalAnswer> {
  const { port, tls } = await readServiceFile(dataDir);
  const { method = 'GET', token, silenceMs = LIMIT_MS, signal } = options;
  const body = await bodyOf(options);
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...body?.headers,
  };
  const common = {
    ...{ port, path, method, timeout: silenceMs, agent: false },
    ...(signal === undefined ? {} : { signal }),
  } as const;
  if (tls === undefined)
    return send((done) => requestHttp({ ...common, host: 'localhost', headers }, done), body?.bytes);
  const { host, servername } = tls;
  const own = await readFile(join(dataDir, 'service', ACCESS_ROOT), 'utf8').catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    return '';
  });
  const ca = [...rootCertificates, ...(own === '' ? [] : [own])];
  const named = { ...headers, host: `${servername}:${port}` };
  return send((done) => requestHttps({ ...common, host, servername, ca, headers: named }, done), body?.bytes);
}

async function bodyOf({ body, file }: LocalRequest) {
  if (file !== undefined) {
    const { size } = await stat(file);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) };
    return { headers, bytes: createReadStream(file) };
  }
  if (body === undefined) return undefined;
  return { headers: { 'content-type': 'application/json' }, bytes: JSON.stringify(body) };
}

function send(
  begin: (
    done: (answer: NodeJS.ReadableStream & { statusCode?: number | undefined }) => void,
  ) => ReturnType<typeof requestHttp>,
  sent: string | Readable | undefined,
): Promise<LocalAnswer> {
  return new Promise((resolve, reject) => {
    const request = begin((answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('the service does not answer')));
    request.on('error', reject);
    if (!(sent instanceof Readable)) {
      request.end(sent);
      return;
    }
    sent.on('error', (error) => request.destroy(error));
    sent.pipe(request);
  });
}
