import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { pairingCodeAnswer } from '#shared/api/schemas';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { readServiceFile } from './service-file.ts';

/**
 * Prints a pairing code of the service running on a data directory.
 * @throws ConfigError SERVICE_NOT_RUNNING
 */
export async function runPair(argv: readonly string[]): Promise<number> {
  const { dataDir } = readConfig(argv, process.env);
  const { port } = await readServiceFile(dataDir);
  const token = (await readFile(join(dataDir, 'service', 'admin.token'), 'utf8')).trim();
  const answer = await ask(port, token).catch((cause: unknown) => {
    throw new ConfigError('SERVICE_NOT_RUNNING', `the service on ${dataDir} does not answer`, {
      entry: dataDir,
      cause,
    });
  });
  const { code, expiresAt } = v.parse(pairingCodeAnswer, answer);
  process.stdout.write(`${code}  (until ${expiresAt})\n`);
  return 0;
}

async function ask(port: number, token: string): Promise<unknown> {
  const answer = await fetch(`http://localhost:${port}/api/v1/pairing-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}
