import * as v from 'valibot';
import { pairingCodeAnswer } from '#shared/api/schemas';
import { askRunningService } from './ask-running-service.ts';
import { readConfig } from './config.ts';

/**
 * Prints a pairing code of the service running on a data directory.
 * @throws ConfigError SERVICE_NOT_RUNNING, SERVICE_REFUSED
 */
export async function runPair(argv: readonly string[]): Promise<number> {
  const { dataDir } = readConfig(argv, process.env);
  const { code, expiresAt } = v.parse(pairingCodeAnswer, await askRunningService(dataDir, '/pairing-codes'));
  process.stdout.write(`${code}  (until ${expiresAt})\n`);
  return 0;
}
