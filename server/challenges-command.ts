import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { carriedChallengesFileSchema, MAX_CARRIED_CHALLENGES } from '#shared/api/carried-challenges';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { askRunningService } from './ask-running-service.ts';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { writeDurable } from './store/durable-file.ts';

/**
 * `tiezheng challenges --count N --out FILE [--device ID] [--data DIR]`: has the running service issue one-use
 * challenges and writes them to a signed file for devices that cannot reach it.
 * @throws ConfigError ARGUMENT_UNKNOWN, VALUE_MALFORMED, SERVICE_NOT_RUNNING, SERVICE_REFUSED: then no file is written
 */
export async function runChallenges(argv: readonly string[]): Promise<number> {
  const { count, out, device, data } = argumentsOf(argv);
  const { dataDir } = readConfig(data === undefined ? [] : ['--data', data], process.env);
  const answer = await askRunningService(dataDir, '/challenges/carried', { count, device });
  const file = v.parse(carriedChallengesFileSchema, answer);
  await writeDurable(out, canonicalFile(file));
  process.stdout.write(`${out}: ${file.statement.challenges.length}\n`);
  return 0;
}

function argumentsOf(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const values = (() => {
    try {
      return parseArgs({ args: [...argv], options: { count: text, out: text, device: text, data: text } })
        .values;
    } catch (cause) {
      throw new ConfigError('ARGUMENT_UNKNOWN', cause instanceof Error ? cause.message : String(cause), {
        cause,
      });
    }
  })();
  const count = /^\d{1,3}$/.test(values.count ?? '') ? Number(values.count) : 0;
  if (count < 1 || count > MAX_CARRIED_CHALLENGES)
    throw malformed('--count', `a number from 1 to ${MAX_CARRIED_CHALLENGES}`);
  if (values.out === undefined || values.out === '') throw malformed('--out', 'the file to write');
  if (values.device !== undefined && !/^[0-9a-f]{8}$/.test(values.device))
    throw malformed('--device', 'the id of a device, 8 hexadecimal digits');
  return { count, out: values.out, device: values.device ?? null, data: values.data };
}

function malformed(entry: string, what: string): ConfigError {
  return new ConfigError('VALUE_MALFORMED', `${entry} takes ${what}`, { entry });
}
