import { CodedError } from '#shared/lib/errors';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { type ImportArguments, importUsage, parseImportArguments } from './import-arguments.ts';
import { importBundle } from './import-bundle.ts';
import { VerifyUsageError } from './verify-arguments.ts';
import { type CommandOutput, processOutput } from './verify-command.ts';

/**
 * `tiezheng import FILE…`: takes in bundles that were carried here instead of being uploaded by their devices.
 * @returns exit code: 0 all are sealed, 1 one is not, 2 wrong usage.
 * @throws ConfigError SERVICE_NOT_RUNNING and those of the settings
 */
export async function runImport(
  argv: readonly string[],
  output: CommandOutput = processOutput,
): Promise<number> {
  try {
    const options = parseImportArguments(argv);
    if (options.help) {
      output.stdout(`${importUsage}\n`);
      return 0;
    }
    return await importAll(options, output);
  } catch (error) {
    if (!(error instanceof VerifyUsageError)) throw error;
    output.stderr(`✗ ${error.message}\n\n${importUsage}\n`);
    return 2;
  }
}

async function importAll(
  { files, waitMs, json, service }: ImportArguments,
  output: CommandOutput,
): Promise<number> {
  const { dataDir } = readConfig(service, process.env);
  let code = 0;
  for (const file of files) {
    try {
      const imported = await importBundle(dataDir, file, waitMs);
      output.stdout(
        json
          ? `${JSON.stringify({ file, ...imported })}\n`
          : `✓ ${file}: ${imported.capture} → ${imported.package} 已封存 sealed\n`,
      );
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      // The next file would meet the same.
      if (error instanceof ConfigError && error.code !== 'SERVICE_REFUSED') throw error;
      code = 1;
      const { message, entry } = error;
      output.stderr(json ? '' : `✗ ${file}: ${error.code}: ${message}\n`);
      output.stdout(json ? `${JSON.stringify({ file, code: error.code, entry, message })}\n` : '');
    }
  }
  return code;
}
