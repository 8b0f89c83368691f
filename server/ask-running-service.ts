import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errorAnswer } from '#shared/api/schemas';
import { askLocal } from './ask-local.ts';
import { ConfigError } from './config-error.ts';
import { readServiceFile } from './service-file.ts';

interface ServiceRequest {
  readonly method?: 'GET' | 'POST';
  readonly file?: string;
  readonly silenceMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * One request, POST unless told otherwise, to the service running on a data directory, with the administrator's token
 * that lies there.
 * @param path below `/api/v1`
 * @returns the JSON it answers
 * @throws ConfigError SERVICE_NOT_RUNNING; SERVICE_REFUSED with the service's own code as `entry`
 */
export async function askRunningService(dataDir: string, path: string, body?: object): Promise<unknown> {
  return JSON.parse(await textOfRunningService(dataDir, path, body === undefined ? {} : { body }));
}

/** As `askRunningService`: the answer as it came. A request that `signal` ends is SERVICE_NOT_RUNNING. */
export async function textOfRunningService(
  dataDir: string,
  path: string,
  request: ServiceRequest & { readonly body?: object },
): Promise<string> {
  await readServiceFile(dataDir);
  const token = (await readFile(join(dataDir, 'service', 'admin.token'), 'utf8')).trim();
  const asked = { method: 'POST', token, ...request } as const;
  const answer = await askLocal(dataDir, `/api/v1${path}`, asked).catch((cause: unknown) => {
    throw new ConfigError('SERVICE_NOT_RUNNING', `the service on ${dataDir} does not answer`, {
      entry: dataDir,
      cause,
    });
  });
  if (answer.status < 300) return answer.body;
  const { code, message } = v.parse(errorAnswer, JSON.parse(answer.body)).error;
  throw new ConfigError('SERVICE_REFUSED', `${code}: ${message}`, { entry: code });
}
