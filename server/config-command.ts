import { encryptionSettings } from './config/encryption-section.ts';
import { maskSecrets } from './config/mask-secrets.ts';
import { settingsSchema } from './config/settings-schema.ts';
import { configuredTrust } from './config/trust-section.ts';
import { type EffectiveSettings, readSettings } from './config.ts';

interface SettingLine {
  readonly setting: string;
  readonly value: unknown;
  /** The argument, variables or file that set it; `default` when none did. */
  readonly from: string;
}

/**
 * `tiezheng config [--json] [arguments of start]`: checks all settings and the files they name, and prints what is in
 * force and where it was set. Secrets are masked.
 * @returns exit code 0; an odd setting is thrown.
 * @throws ConfigError
 */
export async function runConfig(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const effective = readSettings(
    argv.filter((argument) => argument !== '--json'),
    process.env,
  );
  // Opens certificates and the like, so that a wrong path shows here and not at the next start.
  configuredTrust(effective.configFile, effective.settings);
  const { encryption } = effective.settings;
  if (encryption !== undefined) encryptionSettings(effective.configFile, effective.dataDir, encryption);
  const lines = settingLines(effective);
  process.stdout.write(json ? `${JSON.stringify(lines)}\n` : lines.map(textOf).join(''));
  return 0;
}

/** Every setting there is, set or not, in the order of the schema. */
export function settingLines({ dataDir, configFile, settings, origins }: EffectiveSettings): SettingLine[] {
  const values: Readonly<Record<string, unknown>> = settings;
  return [
    { setting: 'data', value: dataDir, from: '--data, TIEZHENG_DATA' },
    { setting: 'config', value: configFile, from: '--config, TIEZHENG_CONFIG' },
    ...Object.keys(settingsSchema.entries).map((setting) => ({
      setting,
      value: maskSecrets(values[setting] ?? null, setting),
      from:
        [...origins]
          .filter(([path]) => path === setting || path.startsWith(`${setting}.`))
          .map(([, origin]) => origin)
          .join(', ') || 'default',
    })),
  ];
}

function textOf({ setting, value, from }: SettingLine): string {
  return `${setting} = ${JSON.stringify(value)}    (${from})\n`;
}
