import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { verifyAuditTrail } from '#shared/api/audit-entry';
import { ConfigError } from './config-error.ts';

/**
 * Verifies an exported audit trail: `audit FILE`. Prints how many entries it has and the hash of the last, to be
 * compared with what was seen before.
 * @throws ConfigError ARGUMENT_UNKNOWN, FILE_UNREADABLE; AuditTrailError
 */
export async function runAudit(argv: readonly string[]): Promise<number> {
  const [file, ...more] = parseArgs({ args: [...argv], allowPositionals: true }).positionals;
  if (file === undefined || more.length > 0)
    throw new ConfigError('ARGUMENT_UNKNOWN', 'give one exported trail: audit FILE');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ConfigError('FILE_UNREADABLE', `${file} cannot be read`, { entry: file, cause });
  });
  const { entries, head } = verifyAuditTrail(text);
  process.stdout.write(`✓ ${entries} entries hold together; the last is ${head}\n`);
  return 0;
}
