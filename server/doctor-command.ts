import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { askLocal } from './ask-local.ts';
import { readConfig, type ServiceConfig } from './config.ts';
import { checkClockAndLog, checkClockSource } from './doctor/check-clock.ts';
import { checkData, checkDisk, checkFiles, checkLock } from './doctor/check-data.ts';
import { checkDatabase, checkPackages, checkRetention, readEncryption } from './doctor/check-database.ts';
import { checkEncryption } from './doctor/check-encryption.ts';
import { checkKeys, checkTimeStamps } from './doctor/check-trust.ts';
import { checkNames, type Finding, findingsOf } from './doctor/finding.ts';
import { requireProved } from './open-encryption.ts';
import { openMasterKey } from './trust/open-master-key.ts';
import { openTrust } from './trust/trust.ts';

const marks = { pass: '✓', warn: '!', fail: '✗' } as const;

/**
 * `tiezheng doctor [--json] [arguments of start]`: looks at an installation, running or not, and changes nothing.
 * @returns exit code: 0 nothing fails, 1 something does.
 * @throws ConfigError
 */
export async function runDoctor(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const config = readConfig(
    argv.filter((argument) => argument !== '--json'),
    process.env,
  );
  const findings = await examine(config);
  process.stdout.write(json ? `${JSON.stringify(findings)}\n` : findings.map(lineOf).join(''));
  return findings.some(({ status }) => status === 'fail') ? 1 : 0;
}

function lineOf({ check, status, en, zh }: Finding): string {
  const name = checkNames[check];
  return `${marks[status]} ${status}  ${name.zh} ${name.en}\n      ${zh}\n      ${en}\n`;
}

async function examine(config: ServiceConfig): Promise<readonly Finding[]> {
  const root = join(config.dataDir, 'service');
  const data = await checkData(root);
  if (data.some(({ status }) => status === 'fail')) return [...data, ...(await checkClockSource())];
  return [
    ...data,
    ...(await checkLock(root, () => answers(config))),
    ...(await checkDisk(root, config.minFreeBytes)),
    ...(await checkFiles(root)),
    ...(await checkDatabase(root, config.database)),
    ...(await checkPackages(root, config.database)),
    ...(await checkRetention(root, config.database, new Date())),
    ...(await checkEncryption(
      await readEncryption(root, config.database),
      config.encryption === undefined ? undefined : (proof) => tryMasterKey(config, proof),
    )),
    ...(await checkTrust(config, join(root, 'trust'))),
    ...(await checkClockSource()),
    ...(await checkClockAndLog(root, new Date())),
    witnessFinding(config),
  ];
}

async function checkTrust(config: ServiceConfig, dir: string): Promise<readonly Finding[]> {
  const { fail } = findingsOf('keys');
  const now = () => new Date();
  try {
    // Opening makes what is absent, and the doctor makes nothing.
    await access(join(dir, 'trial'));
    const trust = await openTrust(dir, { organisation: config.organisation, now, ...config.trust });
    try {
      return [...(await checkKeys(trust, dir, now())), ...(await checkTimeStamps(trust, now))];
    } finally {
      await trust.close();
    }
  } catch (error) {
    const code = error instanceof CodedError ? `${error.code}: ${error.message}` : 'not there';
    return [fail(`the keys cannot be opened: ${code}`, `密钥无法打开:${code}`)];
  }
}

/** Opens the master key, and makes none; its name. @throws EncryptionError, TrustError */
async function tryMasterKey({ encryption }: ServiceConfig, proof: string): Promise<string> {
  if (encryption === undefined) throw new TypeError('no master key is configured');
  const master = await openMasterKey(encryption.masterKey, false);
  try {
    await requireProved(master, proof);
    return master.name;
  } finally {
    await master.close();
  }
}

function witnessFinding({ log }: ServiceConfig): Finding {
  const { pass, warn } = findingsOf('witnesses');
  const { length } = log.witnesses;
  return length === 0
    ? warn('no witness cosigns the log: it could be forked', '日志无见证方联署:可分叉')
    : pass(
        `${length} witnesses, ${log.threshold} required`,
        `见证方 ${length} 个,至少 ${log.threshold} 个联署`,
      );
}

async function answers({ dataDir }: ServiceConfig): Promise<boolean> {
  try {
    return (await askLocal(dataDir, '/health')).status === 200;
  } catch {
    return false;
  }
}
