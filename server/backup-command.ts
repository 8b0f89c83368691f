import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CheckedFolder, OpenMasterKey } from './backup/check-service-folder.ts';
import { makeBackup } from './backup/make-backup.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { readConfig, type ServiceConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import type { MasterKey } from './store/master-key.ts';
import { openMasterKey } from './trust/open-master-key.ts';

type Values = Readonly<Partial<Record<'data' | 'config', string | boolean | undefined>>>;

/**
 * `tiezheng backup --to DIR [--data DIR] [--config FILE] [--copy]`.
 * @returns the exit code. @throws ConfigError, BackupError, LogError, EncryptionError
 */
export async function runBackup(argv: readonly string[]): Promise<number> {
  const { values } = parse(argv, {
    data: { type: 'string' },
    config: { type: 'string' },
    to: { type: 'string' },
    copy: { type: 'boolean' },
  });
  const to = resolve(required(values.to, '--to'));
  const { dataDir, database, encryption } = configOf(values);
  const checked = await withMasterKey(encryption, (master) =>
    makeBackup({ dataDir, to, copy: values.copy === true, database, master }),
  );
  process.stdout.write(
    `${summary(checked)} → ${to}\n` +
      'It holds the private keys: keep it as you keep them. 备份含全部私钥,请妥善保管。\n' +
      (encryption === undefined
        ? ''
        : 'It does not hold the master key of the evidence: keep that apart, nothing is restored without it. ' +
          '备份不含证据主密钥:请另行保管,没有它无法恢复。\n'),
  );
  return 0;
}

/**
 * `tiezheng restore --from DIR [--data DIR] [--config FILE]`.
 * @returns the exit code. @throws ConfigError, BackupError, LogError, EncryptionError
 */
export async function runRestore(argv: readonly string[]): Promise<number> {
  const { values } = parse(argv, {
    data: { type: 'string' },
    config: { type: 'string' },
    from: { type: 'string' },
  });
  const { dataDir, database, encryption } = configOf(values);
  const from = resolve(required(values.from, '--from'));
  const checked = await withMasterKey(encryption, (master) =>
    restoreBackup(from, dataDir, { database, master }),
  );
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

function configOf({ data, config }: Values): ServiceConfig {
  const given = Object.entries({ data, config }).flatMap(([name, value]) =>
    typeof value === 'string' ? [`--${name}`, value] : [],
  );
  return readConfig(given, process.env);
}

/** Opens the configured key when it is asked for: before the first encrypted package there is none. */
async function withMasterKey<T>(
  encryption: ServiceConfig['encryption'],
  work: (master: OpenMasterKey | undefined) => Promise<T>,
): Promise<T> {
  if (encryption === undefined) return work(undefined);
  let opened: Promise<MasterKey> | undefined;
  try {
    return await work(() => {
      opened ??= openMasterKey(encryption.masterKey, false);
      return opened;
    });
  } finally {
    await opened?.then((key) => key.close()).catch(() => undefined);
  }
}
