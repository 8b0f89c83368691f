import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckedFolder } from './backup/check-service-folder.ts';
import { makeBackup } from './backup/make-backup.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';

/** `tiezheng backup --to DIR [--data DIR] [--copy]`. @returns the exit code. @throws ConfigError, BackupError, LogError */
export async function runBackup(argv: readonly string[]): Promise<number> {
  const { values } = parse(argv, {
    data: { type: 'string' },
    to: { type: 'string' },
    copy: { type: 'boolean' },
  });
  const to = resolve(required(values.to, '--to'));
  const checked = await makeBackup({ dataDir: dataDirOf(values.data), to, copy: values.copy === true });
  process.stdout.write(
    `${summary(checked)} → ${to}\n` +
      'It holds the private keys: keep it as you keep them. 备份含全部私钥,请妥善保管。\n',
  );
  return 0;
}

/** `tiezheng restore --from DIR [--data DIR]`. @returns the exit code. @throws ConfigError, BackupError, LogError */
export async function runRestore(argv: readonly string[]): Promise<number> {
  const { values } = parse(argv, { data: { type: 'string' }, from: { type: 'string' } });
  const dataDir = dataDirOf(values.data);
  const checked = await restoreBackup(resolve(required(values.from, '--from')), dataDir);
  process.stdout.write(`${summary(checked)} → ${dataDir}\n`);
  return 0;
}

function summary({ sealed, refused, pending, leaves }: CheckedFolder): string {
  return (
    `✓ ${sealed} sealed packages, ${refused} refused, ${pending} on their way, log of ${leaves} entries: all checked. ` +
    `封存包 ${sealed} 个、被拒收 ${refused} 个、处理中 ${pending} 个、日志 ${leaves} 条,全部核验无误`
  );
}

function parse<const Options extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(
  argv: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...argv], options });
  } catch (cause) {
    throw new ConfigError('ARGUMENT_UNKNOWN', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function required(value: string | boolean | undefined, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigError('VALUE_MALFORMED', `${name} is missing`, { entry: name });
}

function dataDirOf(data: string | boolean | undefined): string {
  return readConfig(typeof data === 'string' ? ['--data', data] : [], process.env).dataDir;
}
